import { signal } from '@preact/signals';

/** What was just done, for a moment and for screen readers. */
export const notice = signal('');
let timer: ReturnType<typeof setTimeout> | undefined;

export function announce(text: string): void {
  notice.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => {
    notice.value = '';
  }, 2500);
}

/** Copies, also where the page is served without TLS and the clipboard API is therefore withheld. */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
  announce(`${what} copied`);
}
