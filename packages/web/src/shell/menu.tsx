import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface MenuProps {
  readonly title: ComponentChildren;
  readonly align?: 'left' | 'right';
  /** Given a way to close the menu, for what closes it by being done. */
  readonly children: (close: () => void) => ComponentChildren;
}

/** A button that opens a panel. Escape and a click elsewhere close it, which `<details>` alone does not. */
export function Menu({ title, align = 'left', children }: MenuProps) {
  const details = useRef<HTMLDetailsElement>(null);
  const close = () => details.current?.removeAttribute('open');
  useEffect(() => {
    const outside = (event: Event) => {
      if (!details.current?.contains(event.target as Node)) close();
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, []);
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !details.current?.open) return;
    event.preventDefault();
    close();
    details.current.querySelector('summary')?.focus();
  };
  return (
    <details ref={details} class={`menu ${align}`} onKeyDown={pressed}>
      <summary class="button">{title}</summary>
      <div class="menu-panel">{children(close)}</div>
    </details>
  );
}
