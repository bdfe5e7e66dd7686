import { Problem } from '@everflame/model';
import type { Appended, GroupId, ProfileStore, Upload } from '../storage/profile-store.ts';

export interface WriterConfig {
  readonly store: Pick<ProfileStore, 'append'>;
  /** The longest that a profile waits for company before it is written. */
  readonly everyMs: number;
  readonly maxBatch: number;
  /** What may wait, in profiles and in bytes; past either, uploads are refused. */
  readonly maxWaiting: number;
  readonly maxWaitingBytes: number;
  readonly onCommitted?: (batch: { readonly size: number; readonly ms: number }) => void;
}

const UNHEALTHY_MS = 30_000;
/** Far more than are deleted while one upload is on its way. */
const ENDED_GROUPS = 10_000;

interface Waiting {
  readonly upload: Upload;
  readonly bytes: number;
  readonly resolve: (result: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers uploads and stores them a batch at a time: one commit costs the same for one as for many. */
export class Writer {
  readonly #config: WriterConfig;
  #queue: Waiting[] = [];
  /** In the queue or in the batch that is being written. */
  #waiting = 0;
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #failedMs: number | undefined;
  readonly #ended = new Set<GroupId>();
  #isClosed = false;

  constructor(config: WriterConfig) {
    this.#config = config;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** False for a while after a write that failed, unless one succeeded since. Not longer: who is told to send nothing would never find out. */
  get isHealthy(): boolean {
    return this.#failedMs === undefined || performance.now() - this.#failedMs > UNHEALTHY_MS;
  }

  /** Resolves when the upload is durable. Throws Problem('overloaded' | 'stopping' | 'unknown-group' | 'storage-full' …). */
  async append(upload: Upload, bytes: number): Promise<Appended> {
    if (this.#isClosed) throw new Problem('stopping');
    if (this.#ended.has(upload.group)) throw new Problem('unknown-group');
    if (this.#isFull(bytes)) {
      throw new Problem('overloaded', `${this.#waiting} profiles wait to be written already.`);
    }
    this.#waiting++;
    this.#waitingBytes += bytes;
    return await new Promise((resolve, reject) => {
      this.#queue.push({ upload, bytes, resolve, reject });
      this.#plan();
    });
  }

  /**
   * Of a group that is deleted nothing more is handed to the store, however long ago its upload began: nobody
   * would ever delete that again. What the store has been given already is there before the deletion.
   */
  endGroup(group: GroupId): void {
    this.#ended.add(group);
    const [oldest] = this.#ended;
    if (this.#ended.size > ENDED_GROUPS && oldest !== undefined) this.#ended.delete(oldest);
  }

  /** Writes what waits, and takes no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#waiting > 0) await this.#flush();
  }

  /** A profile larger than all that may wait is taken when nothing waits. */
  #isFull(bytes: number): boolean {
    const { maxWaiting, maxWaitingBytes } = this.#config;
    const isTooMuch = this.#waiting >= maxWaiting || this.#waitingBytes + bytes > maxWaitingBytes;
    return this.#waiting > 0 && isTooMuch;
  }

  #plan(): void {
    // Whoever writes looks at the queue again when it is done.
    if (this.#writing !== undefined) return;
    const { everyMs, maxBatch } = this.#config;
    if (this.#queue.length >= maxBatch) void this.#flush();
    else this.#timer ??= setTimeout(() => void this.#flush(), everyMs);
  }

  /** One batch at a time: while one commits, the next one fills. */
  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.#queue.length > 0) this.#plan();
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#write(this.#queue.splice(0, this.#config.maxBatch));
    }
  }

  async #write(all: readonly Waiting[]): Promise<void> {
    const isEnded = ({ upload }: Waiting) => this.#ended.has(upload.group);
    for (const one of all.filter(isEnded)) this.#settle(one, new Problem('unknown-group'));
    const batch = all.filter((one) => !isEnded(one));
    if (batch.length === 0) return;
    const startedMs = performance.now();
    try {
      const results = await this.#config.store.append(batch.map(({ upload }) => upload));
      this.#failedMs = undefined;
      this.#config.onCommitted?.({ size: batch.length, ms: performance.now() - startedMs });
      for (const [index, one] of batch.entries()) this.#settle(one, results[index]);
    } catch (error) {
      this.#failedMs = performance.now();
      await this.#failed(batch, error);
    }
  }

  /** A disk that is full fails everyone. A bug of ours that one upload brings out must not fail its neighbours. */
  async #failed(batch: readonly Waiting[], error: unknown): Promise<void> {
    const isOurs = !(error instanceof Problem);
    for (const one of batch) {
      if (isOurs && batch.length > 1) await this.#write([one]);
      else this.#settle(one, error);
    }
  }

  #settle({ bytes, resolve, reject }: Waiting, outcome: unknown): void {
    this.#waiting--;
    this.#waitingBytes -= bytes;
    if (outcome === 'stored' || outcome === 'duplicate') resolve(outcome);
    else reject(outcome ?? new Error('The store did not answer for every upload of the batch.'));
  }
}
