import { grown } from '@everflame/model';

const emptySlot = -1;

/**
 * From 64-bit hashes to the small integers given out for them: 0, 1, 2 … in the order of insertion.
 * Open addressing over typed arrays, since boxed bigints as keys of a Map were most of an append's time.
 */
export class HashIndex {
  length = 0;
  #low = new Uint32Array(1024);
  #high = new Uint32Array(1024);
  #slots = new Int32Array(2048).fill(emptySlot);

  get bytes(): number {
    return this.#low.byteLength * 2 + this.#slots.byteLength;
  }

  /** -1 where unknown. */
  find(low: number, high: number): number {
    return this.#slots[this.#slotOf(low, high)]!;
  }

  /** The caller knows that the hash is not there yet. */
  insert(low: number, high: number): number {
    if (this.length === this.#low.length) this.#grow();
    const id = this.length++;
    this.#low[id] = low;
    this.#high[id] = high;
    this.#slots[this.#slotOf(low, high)] = id;
    return id;
  }

  /** A hash under which nothing will be found: a number that is not in use any more. */
  skip(): number {
    if (this.length === this.#low.length) this.#grow();
    return this.length++;
  }

  hash(id: number): bigint {
    return (BigInt(this.#high[id]!) << 32n) | BigInt(this.#low[id]!);
  }

  /** The hash's slot, or the free one where it would go. The table is never more than half full. */
  #slotOf(low: number, high: number): number {
    const mask = this.#slots.length - 1;
    let slot = (low ^ (high >>> 15)) & mask;
    for (;;) {
      const id = this.#slots[slot]!;
      if (id === emptySlot || (this.#low[id] === low && this.#high[id] === high)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const low = grown(this.#low, Uint32Array);
    const high = grown(this.#high, Uint32Array);
    const old = this.#slots;
    this.#low = low;
    this.#high = high;
    this.#slots = new Int32Array(old.length * 2).fill(emptySlot);
    for (const id of old) {
      if (id !== emptySlot) this.#slots[this.#slotOf(low[id]!, high[id]!)] = id;
    }
  }
}

/** 64-bit values as pairs of 32-bit halves: read without a bigint per item. */
export const halvesOf = (hashes: BigUint64Array): Uint32Array =>
  new Uint32Array(hashes.buffer, hashes.byteOffset, hashes.length * 2);
