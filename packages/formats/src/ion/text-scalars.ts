import { corrupt, truncated } from './bounds.ts';
import { epochMs } from './moment.ts';

/** Longer ones stand for nothing that is counted, and cost patterns their time. */
const MAX_NUMBER = 1024;

const BACKSLASH = 0x5c;

/** A cursor over the text of Ion: white space, texts, numbers, moments, bytes. */
export class TextScalars {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** NaN at the end. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  is(expected: string): boolean {
    return this.text.startsWith(expected, this.at);
  }

  /** What was expected is missing. */
  unexpected(): Error {
    return this.at >= this.text.length
      ? truncated()
      : corrupt(`has a misplaced “${this.text.slice(this.at, this.at + 10)}”`, this.at);
  }

  skip(expected: string): void {
    if (!this.is(expected)) throw this.unexpected();
    this.at += expected.length;
  }

  /** White space and comments. */
  space(): void {
    for (;;) {
      while (isSpace(this.code())) this.at++;
      if (this.is('//')) this.at = this.#next('\n', this.text.length);
      else if (this.is('/*')) {
        const end = this.#next('*/', -1);
        if (end < 0) throw truncated();
        this.at = end + 2;
      } else return;
    }
  }

  #next(expected: string, otherwise: number): number {
    const found = this.text.indexOf(expected, this.at);
    return found < 0 ? otherwise : found;
  }

  /** The characters from here on that `belongs` takes. */
  run(belongs: (code: number) => boolean): string {
    const start = this.at;
    while (belongs(this.code())) this.at++;
    return this.text.slice(start, this.at);
  }

  /** A text or symbol between two marks, `"` or `'`. */
  quoted(mark: string): string {
    this.skip(mark);
    const end = mark.charCodeAt(0);
    let pieces: Pieces | undefined;
    let start = this.at;
    for (;;) {
      const code = this.code();
      if (code === end) break;
      if (code === BACKSLASH) {
        pieces ??= new Pieces();
        pieces.add(this.text.slice(start, this.at));
        pieces.add(this.#escaped());
        start = this.at;
      } else if (code >= 0x20 || code === 0x09 || code === 0x0b || code === 0x0c) this.at++;
      else throw this.unexpected();
    }
    const last = this.text.slice(start, this.at);
    this.at++;
    if (!pieces) return last;
    pieces.add(last);
    return pieces.text();
  }

  /** One after the other they are one text. Their line ends are \n. */
  long(): string {
    const pieces = new Pieces();
    for (; this.is(LONG_MARK); this.space()) {
      this.at += LONG_MARK.length;
      let start = this.at;
      while (!this.is(LONG_MARK)) {
        const code = this.code();
        if (Number.isNaN(code)) throw truncated();
        if (code !== BACKSLASH) this.at++;
        else {
          pieces.add(lines(this.text.slice(start, this.at)));
          pieces.add(this.#escaped());
          start = this.at;
        }
      }
      pieces.add(lines(this.text.slice(start, this.at)));
      this.at += LONG_MARK.length;
    }
    return pieces.text();
  }

  #escaped(): string {
    const letter = this.text[this.at + 1];
    if (letter === undefined) throw truncated();
    const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
    if (digits === 0) return this.#simplyEscaped(letter);
    const hex = this.text.slice(this.at + 2, this.at + 2 + digits);
    const code = /^[0-9a-f]+$/i.test(hex) && hex.length === digits ? Number(`0x${hex}`) : -1;
    if (code < 0 || code > 0x10ffff) throw this.unexpected();
    this.at += 2 + digits;
    return String.fromCodePoint(code);
  }

  #simplyEscaped(letter: string): string {
    // A line end behind it is no part of the text.
    if (letter === '\r' && this.code(2) === 0x0a) this.at++;
    const text = escapes.get(letter);
    if (text === undefined) throw this.unexpected();
    this.at += 2;
    return text;
  }

  /** A number or a moment, with all the notations of either. */
  number(): number {
    const start = this.at;
    const token = this.run(isOfNumber);
    const value = token.length > MAX_NUMBER ? undefined : (numberOf(token) ?? momentOf(token));
    if (value !== undefined) return value;
    this.at = start;
    throw this.unexpected();
  }

  /** Between `{{` and `}}`: a text of bytes, or base64. */
  bytes(): Uint8Array {
    this.skip('{{');
    while (isSpace(this.code())) this.at++;
    const start = this.at;
    let characters: string;
    if (this.is('"')) characters = this.quoted('"');
    else if (this.is(LONG_MARK)) characters = this.long();
    else {
      const end = this.#next('}}', -1);
      if (end < 0) throw truncated();
      characters = decoded64(this.text.slice(start, end), start);
      this.at = end;
    }
    while (isSpace(this.code())) this.at++;
    this.skip('}}');
    return bytesOf(characters, start);
  }
}

function bytesOf(characters: string, at: number): Uint8Array {
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index++) {
    const code = characters.charCodeAt(index);
    if (code > 0xff) throw corrupt('has a clob of more than bytes', at);
    bytes[index] = code;
  }
  return bytes;
}

/** Pieces of a text, put together by the thousand: each of them takes more memory than a character does. */
class Pieces {
  #few: string[] = [];
  readonly #many: string[] = [];

  add(piece: string): void {
    if (piece === '' || this.#few.push(piece) < FEW) return;
    this.#many.push(this.#few.join(''));
    this.#few = [];
  }

  text(): string {
    return this.#many.join('') + this.#few.join('');
  }
}

const FEW = 1024;

export const LONG_MARK = "'''";

const escapes = new Map([
  ...Object.entries({ a: '\x07', b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', v: '\v', 0: '\0' }),
  ...['"', "'", '?', '\\', '/'].map((one) => [one, one] as const),
  ...['\n', '\r'].map((one) => [one, ''] as const),
]);

const lines = (text: string): string => text.replace(/\r\n?/g, '\n');

const isSpace = (code: number): boolean =>
  code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xfeff;

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Of an identifier, from its second character on. */
export const isWord = (code: number): boolean =>
  isDigit(code) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x5f ||
  code === 0x24;

const isOfNumber = (code: number): boolean =>
  isWord(code) || code === 0x2b || code === 0x2d || code === 0x2e || code === 0x3a;

/** As most numbers are, and few enough digits to be taken at their word. */
function isPlain(token: string): boolean {
  if (token.length > 15 || (token.length > 1 && token.startsWith('0'))) return false;
  for (let at = 0; at < token.length; at++) if (!isDigit(token.charCodeAt(at))) return false;
  return true;
}

const decimal = /^-?(0|[1-9](_?\d)*)(\.(\d(_?\d)*)?)?([eEdD][+-]?\d+)?$/;
const radix = /^(-?)(0[xX][0-9a-fA-F](_?[0-9a-fA-F])*|0[bB][01](_?[01])*)$/;

function numberOf(token: string): number | undefined {
  if (isPlain(token)) return Number(token);
  if (decimal.test(token)) return Number(token.replaceAll('_', '').replace(/d/i, 'e'));
  const [, sign, digits] = radix.exec(token) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits.replaceAll('_', ''));
  return sign === '-' ? -value : value;
}

const moment =
  /^(\d{4})(?:T|-(\d\d)(?:T|-(\d\d)(?:T(?:(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d)))?)?))$/;

function momentOf(token: string): number | undefined {
  const found = moment.exec(token);
  if (!found) return undefined;
  const field = (index: number, least: number) => Number(found[index] ?? least);
  const offset = field(9, 0) * 60 + field(10, 0);
  return epochMs({
    year: field(1, 1),
    month: field(2, 1),
    day: field(3, 1),
    hour: field(4, 0),
    minute: field(5, 0),
    second: field(6, 0),
    milliseconds: Number((found[7] ?? '').slice(0, 3).padEnd(3, '0')),
    offsetMinutes: found[8] === '-' ? -offset : offset,
  });
}

function decoded64(text: string, at: number): string {
  try {
    return atob(text);
  } catch {
    throw corrupt('has a blob that is no base64', at);
  }
}
