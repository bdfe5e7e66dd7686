import { Problem } from '@everflame/model';

/** Bytes of request bodies that are held at once, over all uploads: many small ones, or slow ones, must not fill memory. */
export class ByteBudget {
  readonly #limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Throws Problem('overloaded'). */
  take(bytes: number): void {
    if (this.#taken + bytes > this.#limit) {
      throw new Problem('overloaded', `${this.#taken} bytes of uploads are being read already.`);
    }
    this.#taken += bytes;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}
