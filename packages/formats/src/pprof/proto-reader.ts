import { Problem } from '@everflame/model';

export const VARINT = 0;
const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

/** Where the messages of one field lie: start, end, start, end … */
export type Spans = Int32Array;

/**
 * Protocol Buffers' wire format: a cursor over bytes that never reads past the message it is in.
 *
 *     const outer = reader.enter();               // a sub-message, after its tag
 *     while (reader.pos < reader.end) switch (reader.tag()) { … default: reader.skip(); }
 *     reader.leave(outer);                        // back in the parent
 */
export class ProtoReader {
  readonly bytes: Uint8Array;
  pos = 0;
  /** Where the current message ends. */
  end: number;
  wire = VARINT;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  /** The field number of what comes next; its wire type is in `wire`. */
  tag(): number {
    // One byte, and a field number above 0: nearly every tag there is.
    const first = this.bytes[this.pos]!;
    if (first < 0x80 && first > 7 && this.pos < this.end) {
      this.pos++;
      this.wire = first & 7;
      return first >>> 3;
    }
    const key = this.varint();
    this.wire = key & 7;
    const field = (key - this.wire) / 8;
    if (field === 0 || field > 0x1fffffff) this.#corrupt('a field number is out of range');
    return field;
  }

  /** Unsigned. Exact up to 2^53; see `uint64`. */
  varint(): number {
    const { bytes } = this;
    let at = this.pos;
    let byte = bytes[at++]!;
    if (byte < 0x80 && at <= this.end) {
      this.pos = at;
      return byte;
    }
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      if (shift === 70) this.#corrupt('a varint is longer than ten bytes');
      byte = bytes[at++]!;
      value = shift < 28 ? value | ((byte & 0x7f) << shift) : value + (byte & 0x7f) * 2 ** shift;
    }
    this.pos = at;
    if (at > this.end) this.#overrun();
    return value;
  }

  /** Signed. The nearest double, so exact within ±2^53. */
  int64(): number {
    const start = this.pos;
    const value = this.varint();
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    // Beyond, bits were rounded as they were added, and those of a negative number have none to spare.
    this.pos = start;
    return Number(BigInt.asIntN(64, this.uint64()));
  }

  uint64(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (shift === 70n) this.#corrupt('a varint is longer than ten bytes');
      if (this.pos >= this.end) this.#overrun();
      const byte = this.bytes[this.pos++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  }

  /** An unsigned 64-bit identity: a number where that is exact. */
  id(): number | bigint {
    const start = this.pos;
    const value = this.varint();
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    this.pos = start;
    return this.uint64();
  }

  /** Enters a length-delimited field: now `end` is its end. Gives the parent's, for `leave`. */
  enter(): number {
    const outer = this.end;
    this.end = this.delimited();
    return outer;
  }

  leave(outer: number): void {
    this.pos = this.end;
    this.end = outer;
  }

  /** The end of the length-delimited field that begins after its length; `pos` is its first byte. */
  delimited(): number {
    if (this.wire !== BYTES) this.#corrupt('a field has an unexpected wire type');
    const length = this.varint();
    const end = this.pos + length;
    if (end > this.end) this.#overrun();
    return end;
  }

  skip(): void {
    switch (this.wire) {
      case VARINT:
        this.varint();
        return;
      case FIXED64:
        this.pos += 8;
        break;
      case BYTES:
        this.pos = this.delimited();
        break;
      case FIXED32:
        this.pos += 4;
        break;
      default:
        this.#corrupt('groups do not occur in this format');
    }
    if (this.pos > this.end) this.#overrun();
  }

  #overrun(): never {
    if (this.end === this.bytes.length) {
      throw new Problem(
        'truncated-profile',
        `The profile ends at byte ${this.end}, inside a field.`,
      );
    }
    this.#corrupt('a field is longer than the message it is in');
  }

  #corrupt(what: string): never {
    throw new Problem('corrupt-profile', `At byte ${this.pos}, ${what}.`);
  }
}
