import { Problem } from '@everflame/model';

/** Text of any encoding that Windows and Unix tools write; invalid sequences are replaced. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder(encodingOf(bytes)).decode(bytes);
  } catch (cause) {
    // What a JavaScript engine can hold in one string is less than what a server may allow.
    throw new Problem('inflated-too-large', 'The text is longer than can be read at once.', {
      cause,
    });
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
