import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { store, stored } from './theme.ts';

/** Keys of one letter get in the way of voice control, so they can be turned off (WCAG 2.1.4). */
export const hasLetterKeys = signal(stored('letter-keys') !== 'off');

export function setLetterKeys(on: boolean): void {
  hasLetterKeys.value = on;
  store('letter-keys', on ? 'on' : 'off');
}

export type Bindings = Readonly<Record<string, (() => void) | undefined>>;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, select, textarea, [role=menu]') !== null;

/** Calls what is bound to a key, unless the reader types, holds a modifier, or has a dialog open. */
export function useKeys(bindings: Bindings): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
      if (event.key.length === 1 && !hasLetterKeys.value) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}
