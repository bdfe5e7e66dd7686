import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

interface MenuEntry {
  readonly title: string;
  readonly act: () => void;
}

interface FrameMenuProps {
  readonly x: number;
  readonly y: number;
  readonly entries: readonly MenuEntry[];
  readonly close: () => void;
}

/** Opened by a right click or Shift + F10. Arrows move, Escape and a click elsewhere close. */
export function FrameMenu({ x, y, entries, close }: FrameMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    const left = Math.max(8, Math.min(x, innerWidth - element.offsetWidth - 8));
    const top = Math.max(8, Math.min(y, innerHeight - element.offsetHeight - 8));
    element.style.transform = `translate(${left}px, ${top}px)`;
    element.querySelector('button')?.focus({ preventScroll: true });
  }, [x, y]);
  useEffect(() => {
    const outside = (event: Event) => {
      if (!menu.current?.contains(event.target as Node)) close();
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [close]);
  const pressed = (event: KeyboardEvent) => {
    const buttons = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) buttons[(at + step + buttons.length) % buttons.length]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={menu}
      class="frame-menu"
      role="menu"
      aria-label="Frame"
      tabIndex={-1}
      onKeyDown={pressed}
    >
      {entries.map(({ title, act }) => (
        <button
          key={title}
          type="button"
          role="menuitem"
          onClick={() => {
            close();
            act();
          }}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
