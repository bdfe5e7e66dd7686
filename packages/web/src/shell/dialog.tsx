import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface DialogProps {
  readonly title: ComponentChildren;
  /** For what is as wide as a command line or a table. */
  readonly isWide?: boolean;
  readonly close: () => void;
  readonly children: ComponentChildren;
  /** Instead of the button that closes it. */
  readonly actions?: ComponentChildren;
}

/** Over the page until it is closed, by Escape too. */
export function Dialog({ title, isWide = false, close, children, actions }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${isWide ? 'wide' : ''}`}
      aria-labelledby="dialog-title"
      onClose={close}
    >
      <h2 id="dialog-title">{title}</h2>
      {children}
      <form method="dialog" class="row">
        {actions ?? (
          <button type="submit" class="button">
            Close
          </button>
        )}
      </form>
    </dialog>
  );
}
