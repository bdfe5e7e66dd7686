import { Problem } from '@everflame/model';

/** How a string is stored: by its first byte. */
const NO_TEXT = 0;
const EMPTY = 1;
const POOLED = 2;
const UTF8 = 3;
const CHARS = 4;
const LATIN1 = 5;

const TWO_28 = 2 ** 28;
const TWO_56 = 2 ** 56;

/**
 * A cursor over a chunk that never reads past `end`. Integers are LEB128 whose ninth byte carries eight
 * bits, or have their full width, big endian: the chunk's header says which.
 */
export class JfrReader {
  readonly bytes: Uint8Array;
  readonly compressed: boolean;
  pos: number;
  /** Where what is being read ends: the chunk, or one event of it. */
  end: number;
  readonly chunkEnd: number;
  readonly #view: DataView;
  readonly #longestText: number;
  readonly #wideIds = new Map<string, number>();

  constructor(
    bytes: Uint8Array,
    how: { start: number; end: number; compressed: boolean; longestText: number },
  ) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pos = how.start;
    this.end = how.end;
    this.chunkEnd = how.end;
    this.compressed = how.compressed;
    this.#longestText = how.longestText;
  }

  byte(): number {
    this.#need(1);
    return this.bytes[this.pos++]!;
  }

  /** Signed. The nearest double, so exact within ±2^53. */
  long(): number {
    return this.compressed ? this.varint() : Number(this.#view.getBigInt64(this.#take(8)));
  }

  int(): number {
    return this.compressed ? this.varint() | 0 : this.#view.getInt32(this.#take(4));
  }

  short(): number {
    return this.compressed ? (this.varint() << 16) >> 16 : this.#view.getInt16(this.#take(2));
  }

  char(): number {
    return this.compressed ? this.varint() & 0xffff : this.#view.getUint16(this.#take(2));
  }

  float(): number {
    return this.#view.getFloat32(this.#take(4));
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  varint(): number {
    const { bytes } = this;
    let at = this.pos;
    const first = bytes[at++]!;
    if (first < 0x80 && at <= this.end) {
      this.pos = at;
      return first;
    }
    let byte = first;
    let low = byte & 0x7f;
    for (let shift = 7; byte > 0x7f && shift < 28; shift += 7) {
      byte = bytes[at++]!;
      low |= (byte & 0x7f) << shift;
    }
    let middle = 0;
    for (let shift = 0; byte > 0x7f && shift < 28; shift += 7) {
      byte = bytes[at++]!;
      middle |= (byte & 0x7f) << shift;
    }
    const top = byte > 0x7f ? bytes[at++]! : 0;
    this.pos = at;
    if (at > this.end) this.overrun();
    if (top < 0x80) return low + middle * TWO_28 + top * TWO_56;
    // The complement is small where the number is: -1 stays exact.
    return -1 - (TWO_28 - 1 - low + (TWO_28 - 1 - middle) * TWO_28 + (255 - top) * TWO_56);
  }

  /** A key of a constant pool: any 64 bits, as a number that no other key of this chunk has. */
  id(): number {
    const start = this.pos;
    const value = this.long();
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
    const key = this.bytes.subarray(start, this.pos).join();
    const known = this.#wideIds.get(key);
    if (known !== undefined) return known;
    const id = -1 - this.#wideIds.size;
    this.#wideIds.set(key, id);
    return id;
  }

  /** How many elements follow, none of which takes less than `leastBytes`. */
  count(leastBytes: number): number {
    const count = this.int();
    if (count < 0) this.corrupt(`a count is ${count}`);
    if (count * leastBytes > this.end - this.pos) this.overrun();
    return count;
  }

  skipText(): void {
    const encoding = this.byte();
    if (encoding === NO_TEXT || encoding === EMPTY) return;
    if (encoding === POOLED) this.long();
    else if (encoding === UTF8 || encoding === LATIN1) this.#take(this.count(1));
    else if (encoding === CHARS) this.#skipChars();
    else this.corrupt(`a string has the encoding ${encoding}`);
  }

  #skipChars(): void {
    const count = this.count(this.compressed ? 1 : 2);
    for (let i = 0; i < count; i++) this.char();
  }

  /** The string here; where it lies in a pool, `pooled` finds it. Throws `string-too-long`. */
  text(pooled: (id: number) => string): string {
    const encoding = this.byte();
    if (encoding === NO_TEXT || encoding === EMPTY) return '';
    if (encoding === POOLED) return pooled(this.id());
    if (encoding === CHARS) return this.#chars();
    if (encoding !== UTF8 && encoding !== LATIN1) {
      this.corrupt(`a string has the encoding ${encoding}`);
    }
    const length = this.#textLength(1);
    const bytes = this.bytes.subarray(this.pos, this.pos + length);
    this.pos += length;
    return (encoding === UTF8 ? utf8 : latin1).decode(bytes);
  }

  #chars(): string {
    const length = this.#textLength(this.compressed ? 1 : 2);
    let text = '';
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.char());
    return text;
  }

  #textLength(leastBytes: number): number {
    const length = this.count(leastBytes);
    if (length > this.#longestText) {
      throw new Problem(
        'string-too-long',
        `A string has the length ${length}; at most ${this.#longestText} is accepted.`,
      );
    }
    return length;
  }

  skip(bytes: number): void {
    this.#take(bytes);
  }

  #take(bytes: number): number {
    this.#need(bytes);
    const at = this.pos;
    this.pos = at + bytes;
    return at;
  }

  #need(bytes: number): void {
    if (bytes > this.end - this.pos) this.overrun();
  }

  overrun(): never {
    this.corrupt('something is longer than what it lies in');
  }

  corrupt(what: string): never {
    throw new Problem('corrupt-profile', `At byte ${this.pos}, ${what}.`);
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
/** Web encodings know Latin-1 as Windows-1252, which differs in control characters alone. */
const latin1 = new TextDecoder('latin1');
