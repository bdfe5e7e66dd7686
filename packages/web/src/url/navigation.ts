import { signal } from '@preact/signals';
import { format, parse, type Route, unreadRange } from './route.ts';

/** Where the reader is. The address bar is the truth; this follows it. */
export const route = signal<Route>(parse(new URL(location.href)));

/** A range that the address asked for in vain, until the reader goes on. */
export const unread = signal(unreadRange(new URL(location.href)));

addEventListener('popstate', () => {
  route.value = parse(new URL(location.href));
  unread.value = unreadRange(new URL(location.href));
});

/** A step that the back button undoes: another page, range, filter or zoom. */
export function go(to: Route): void {
  const address = format(to);
  if (address === location.pathname + location.search) return;
  history.pushState(undefined, '', address);
  unread.value = undefined;
  route.value = to;
}

/** Typing and other small changes: the address keeps up, the back button does not stop at each letter. */
export function amend(to: Route): void {
  history.replaceState(undefined, '', format(to));
  route.value = to;
}

/** A click on a link within the page; modified clicks are left to the browser. */
export function follow(event: MouseEvent, to: Route): void {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  if (!isPlain) return;
  event.preventDefault();
  go(to);
}
