// Names come from other people's programs. C0 and C1 controls, the marks that turn text around, and
// characters without a width can hide or reorder what is shown, so each becomes something visible.
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

function shown(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `\u2039${code.toString(16).padStart(4, '0')}\u203a`;
}

/** A name as it may be shown: nothing in it is invisible, nothing turns the text around it. */
export const visibleText = (text: string): string => text.replace(invisible, shown);

const isWide = (code: number): boolean =>
  (code >= 0x1100 && code <= 0x115f) ||
  (code >= 0x2e80 && code <= 0xa4cf) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xff00 && code <= 0xff60) ||
  code >= 0x1f000;

const isPlain = /^[\x20-\x7e\u2026]*$/;

/** Width in cells of a monospaced font, as terminals count it. Never too small by much, never measured. */
export function cellsOf(text: string): number {
  if (isPlain.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  return cells;
}
