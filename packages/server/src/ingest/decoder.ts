import { Worker } from 'node:worker_threads';
import { Problem } from '@everflame/model';
import type { Limits } from '../limits.ts';
import type { DecodedUpload, DecodeJob, DecodeReply } from './decode-job.ts';

export interface DecoderConfig {
  readonly threads: number;
  /** Program of a thread: the bundle of decode-worker.ts, or decode-from-source.js. */
  readonly file: URL;
  readonly limits: Limits;
  /** Jobs that may wait for a thread. */
  readonly maxWaiting: number;
}

interface Waiting {
  readonly job: DecodeJob;
  readonly resolve: (upload: DecodedUpload) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  busyWith?: Waiting | undefined;
  timer?: NodeJS.Timeout | undefined;
}

const MEBIBYTE = 2 ** 20;

/**
 * Decodes uploads away from the thread that answers requests. Threads start with their first job; one that
 * dies, or is ended because it takes too long, is replaced when the next job comes.
 */
export class Decoder {
  readonly #config: DecoderConfig;
  readonly #threads = new Set<Thread>();
  readonly #queue: Waiting[] = [];
  #isClosed = false;

  constructor(config: DecoderConfig) {
    this.#config = config;
  }

  /** Jobs that no thread has begun. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** The body is moved to the decoding thread, and gone from this one. Throws Problems. */
  async decode(job: DecodeJob): Promise<DecodedUpload> {
    if (this.#isClosed) throw new Problem('stopping');
    if (this.#queue.length >= this.#config.maxWaiting) {
      throw new Problem('overloaded', `${this.#queue.length} uploads wait to be decoded already.`);
    }
    return await new Promise((resolve, reject) => {
      this.#queue.push({ job, resolve, reject });
      this.#next();
    });
  }

  /** Ends all threads; what they had not finished fails with Problem('stopping'). */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#queue.splice(0)) reject(new Problem('stopping'));
    const ending = [...this.#threads];
    this.#threads.clear();
    for (const thread of ending) release(thread)?.reject(new Problem('stopping'));
    await Promise.all(ending.map((thread) => thread.worker.terminate()));
  }

  #next(): void {
    const [waiting] = this.#queue;
    if (!waiting) return;
    const idle = [...this.#threads].find((thread) => !thread.busyWith);
    if (!idle && this.#threads.size >= this.#config.threads) return;
    this.#queue.shift();
    this.#assign(idle ?? this.#start(), waiting);
  }

  #start(): Thread {
    const { file, limits } = this.#config;
    const worker = new Worker(file, {
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(limits.decoderHeapBytes / MEBIBYTE) },
    });
    const thread: Thread = { worker };
    this.#threads.add(thread);
    worker.on('message', (reply: DecodeReply) => this.#settle(thread, reply));
    worker.on('error', (cause) => this.#fail(thread, causeOfDeath(cause)));
    worker.on('exit', () => this.#fail(thread, tooCostly('The decoder thread ended.')));
    return thread;
  }

  #assign(thread: Thread, waiting: Waiting): void {
    const { decodeMs } = this.#config.limits;
    thread.busyWith = waiting;
    thread.timer = setTimeout(() => {
      this.#fail(thread, tooCostly(`Decoding took longer than ${decodeMs} ms.`));
    }, decodeMs);
    const { body } = waiting.job;
    thread.worker.ref();
    thread.worker.postMessage(waiting.job, [body.buffer as ArrayBuffer]);
  }

  #settle(thread: Thread, reply: DecodeReply): void {
    const waiting = release(thread);
    // An idle thread must not keep a process alive that has nothing else to do.
    thread.worker.unref();
    if (waiting) answer(waiting, reply);
    this.#next();
  }

  #fail(thread: Thread, error: unknown): void {
    if (!this.#threads.delete(thread)) return;
    release(thread)?.reject(error);
    thread.worker.terminate().catch(() => undefined);
    this.#next();
  }
}

function release(thread: Thread): Waiting | undefined {
  clearTimeout(thread.timer);
  const waiting = thread.busyWith;
  thread.busyWith = undefined;
  return waiting;
}

function answer(waiting: Waiting, reply: DecodeReply): void {
  switch (reply.kind) {
    case 'decoded':
      waiting.resolve(reply.upload);
      return;
    case 'problem':
      waiting.reject(new Problem(reply.code, reply.detail));
      return;
    case 'bug': {
      const bug = new Error(reply.message);
      bug.stack = reply.stack;
      waiting.reject(bug);
    }
  }
}

const tooCostly = (detail: string, cause?: unknown) =>
  new Problem('profile-too-costly', detail, { cause });

const causeOfDeath = (cause: unknown): unknown =>
  (cause as { readonly code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? tooCostly('Decoding ran out of memory.', cause)
    : cause;
