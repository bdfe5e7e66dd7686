import type { Upload } from './upload.ts';

/** What is older than this says more about an outage than about the application. */
export const KEPT_MS = 12 * 3_600_000;

/** Uploads that wait, oldest first, within a bound of bytes: past it the oldest go. */
export class Backlog {
  readonly #bytesAllowed: number;
  readonly #dropped: (upload: Upload) => void;
  #waiting: Upload[] = [];
  #bytes = 0;

  constructor(bytesAllowed: number, dropped: (upload: Upload) => void) {
    this.#bytesAllowed = bytesAllowed;
    this.#dropped = dropped;
  }

  get all(): readonly Upload[] {
    return this.#waiting;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(upload: Upload): void {
    this.#waiting.push(upload);
    this.#waiting.sort((a, b) => a.endMs - b.endMs);
    this.#bytes += upload.body.byteLength;
    while (this.#bytes > this.#bytesAllowed) this.#dropOldest();
  }

  /** The next to be sent, once what is too old by now is dropped. */
  oldest(nowMs: number): Upload | undefined {
    while (this.#waiting[0] && this.#waiting[0].endMs < nowMs - KEPT_MS) this.#dropOldest();
    return this.#waiting[0];
  }

  remove(upload: Upload): void {
    const at = this.#waiting.indexOf(upload);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.#bytes -= upload.body.byteLength;
  }

  #dropOldest(): void {
    const oldest = this.#waiting[0];
    if (!oldest) return;
    this.remove(oldest);
    this.#dropped(oldest);
  }
}
