import { corrupt, truncated } from './bounds.ts';
import { epochMs } from './moment.ts';
import type { SymbolTable } from './symbol-table.ts';

/** Beyond 2^1024 a number is infinite, however it is written. */
const MAX_MAGNITUDE_BYTES = 128;
/** What of an integer is exact without a BigInt. */
const SMALL_BYTES = 6;

/** A cursor over binary Ion that never reads past the end it is given. */
export class BinaryScalars {
  readonly bytes: Uint8Array;
  at = 0;
  readonly #view: DataView;
  readonly #symbols: SymbolTable;
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(bytes: Uint8Array, symbols: SymbolTable) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#symbols = symbols;
  }

  byte(end: number): number {
    if (this.at >= end) throw this.#past(end);
    return this.bytes[this.at++]!;
  }

  /** Seven bits a byte, the last one marked. */
  varUint(end: number): number {
    let value = 0;
    for (;;) {
      const byte = this.byte(end);
      value = value * 128 + (byte & 0x7f);
      if (byte >= 0x80) return value;
      if (value > 2 ** 46) throw corrupt('has a number too long', this.at);
    }
  }

  /** The same with a sign behind the mark; -0 is told apart. */
  #varInt(end: number): number {
    const first = this.byte(end);
    let value = first & 0x3f;
    for (let byte = first; byte < 0x80; ) {
      if (value > 2 ** 46) throw corrupt('has a number too long', this.at);
      byte = this.byte(end);
      value = value * 128 + (byte & 0x7f);
    }
    return (first & 0x40) === 0 ? value : -value;
  }

  /** Of a value whose tag was read. What is longer than what surrounds it is refused. */
  length(low: number, end: number): number {
    const length = low === 14 ? this.varUint(end) : low;
    if (length > end - this.at) throw this.#past(end);
    return length;
  }

  #past(end: number) {
    return end === this.bytes.length
      ? truncated()
      : corrupt('has a value longer than what it lies in', this.at);
  }

  versionMarker(): void {
    if (this.at + 4 > this.bytes.length) throw truncated();
    const major = this.bytes[this.at + 1];
    const minor = this.bytes[this.at + 2];
    if (major !== 1 || minor !== 0 || this.bytes[this.at + 3] !== 0xea) {
      throw corrupt(`is of version ${major}.${minor}, not 1.0`, this.at);
    }
    this.at += 4;
  }

  /** What is no container, up to `end`. */
  scalar(kind: number, low: number, end: number): unknown {
    if (low === 15 && kind !== 15) return null;
    const start = this.at;
    this.at = end;
    switch (kind) {
      case 1:
        if (low > 1) throw corrupt('has a boolean that is neither', start);
        return low === 1;
      case 2:
        return this.#magnitude(start, end);
      case 3:
        return this.#negative(start, end);
      case 4:
        return this.#float(start, end);
      case 5:
        return this.#decimal(start, end);
      case 6:
        return this.#timestamp(start, end);
      case 7:
        return this.#symbols.text(this.#magnitude(start, end));
      case 8:
        return this.#text(start, end);
      case 9:
      case 10:
        return this.bytes.subarray(start, end);
    }
    throw corrupt('has a value of no type', start);
  }

  #magnitude(start: number, end: number): number {
    let from = start;
    while (from < end && this.bytes[from] === 0) from++;
    if (end - from > MAX_MAGNITUDE_BYTES) return Number.POSITIVE_INFINITY;
    if (end - from > SMALL_BYTES) return Number(this.#integer(from, end));
    let value = 0;
    for (let at = from; at < end; at++) value = value * 256 + this.bytes[at]!;
    return value;
  }

  #integer(start: number, end: number): bigint {
    let value = 0n;
    for (let at = start; at < end; at++) value = (value << 8n) | BigInt(this.bytes[at]!);
    return value;
  }

  #negative(start: number, end: number): number {
    const value = -this.#magnitude(start, end);
    if (value === 0) throw corrupt('has an integer -0', start);
    return value;
  }

  #float(start: number, end: number): number {
    if (start === end) return 0;
    if (end - start === 4) return this.#view.getFloat32(start);
    if (end - start === 8) return this.#view.getFloat64(start);
    throw corrupt('has a float of no known size', start);
  }

  #decimal(start: number, end: number): number {
    if (start === end) return 0;
    this.at = start;
    const exponent = this.#varInt(end);
    const coefficient = this.#coefficient(end);
    return Number(`${coefficient}e${exponent}`);
  }

  /** Up to `end`: a sign, and digits. */
  #coefficient(end: number): string {
    const start = this.at;
    this.at = end;
    if (start === end) return '0';
    if (end - start > MAX_MAGNITUDE_BYTES) throw corrupt('has a decimal too long', start);
    const first = this.bytes[start]!;
    const top = BigInt(first & 0x7f) << BigInt(8 * (end - start - 1));
    return `${first >= 0x80 ? '-' : ''}${top + this.#integer(start + 1, end)}`;
  }

  /** Offset, year, and as much of the rest as is known, in UTC. */
  #timestamp(start: number, end: number): number {
    this.at = start;
    this.#varInt(end);
    const field = (least: number) => (this.at < end ? this.varUint(end) : least);
    const ms = epochMs({
      year: this.varUint(end),
      month: field(1),
      day: field(1),
      hour: field(0),
      minute: field(0),
      second: field(0),
      milliseconds: this.at < end ? this.#milliseconds(end) : 0,
      offsetMinutes: 0,
    });
    if (ms === undefined) throw corrupt('has a timestamp that is none', start);
    return ms;
  }

  #milliseconds(end: number): number {
    const exponent = this.#varInt(end);
    const thousandths = Number(`${this.#coefficient(end)}e${exponent + 3}`);
    return thousandths < 1000 ? Math.floor(thousandths) : thousandths;
  }

  /** Names are short and of ASCII, nearly all: the decoder's call costs more than they do. */
  #text(start: number, end: number): string {
    if (end - start > SHORT_TEXT) return this.#utf8.decode(this.bytes.subarray(start, end));
    let text = '';
    for (let at = start; at < end; at++) {
      const byte = this.bytes[at]!;
      if (byte >= 0x80) return this.#utf8.decode(this.bytes.subarray(start, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }
}

const SHORT_TEXT = 24;
