import { BYTES, VARINT } from './proto-reader.ts';

const utf8 = new TextEncoder();

/** Protocol Buffers' wire format into one growing buffer. Zeros are written too: proto3 allows it. */
export class ProtoWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** A non-negative integer, exact up to 2^53. */
  integer(field: number, value: number): void {
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
  }

  text(field: number, text: string): void {
    this.bytes(field, utf8.encode(text));
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.#varint(field * 8 + BYTES);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A sub-message, written by itself: its length comes before it. */
  message(field: number, message: ProtoWriter): void {
    this.bytes(field, message.#bytes.subarray(0, message.#length));
  }

  packed(field: number, values: ArrayLike<number>, length = values.length): void {
    const packed = new ProtoWriter();
    for (let i = 0; i < length; i++) packed.#varint(values[i]!);
    this.message(field, packed);
  }

  /** Begins anew in the same buffer. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
