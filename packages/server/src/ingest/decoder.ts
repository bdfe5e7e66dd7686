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

/** Decodes uploads away from the thread that answers requests. */
export interface Decoder {
  /** The body is moved to the decoding thread, and gone from this one. Throws Problems. */
  decode(job: DecodeJob): Promise<DecodedUpload>;
  readonly waiting: number;
  close(): Promise<void>;
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

/** Threads start with their first job, and a thread that fails is replaced by the next job. */
export function startDecoder(config: DecoderConfig): Decoder {
  const threads = new Set<Thread>();
  const queue: Waiting[] = [];
  let isClosed = false;

  const next = () => {
    const waiting = queue.shift();
    if (!waiting) return;
    const idle = [...threads].find((thread) => !thread.busyWith);
    if (idle) assign(idle, waiting);
    else if (threads.size < config.threads) assign(start(), waiting);
    else queue.unshift(waiting);
  };

  const assign = (thread: Thread, waiting: Waiting) => {
    thread.busyWith = waiting;
    thread.timer = setTimeout(() => {
      fail(thread, tooCostly(`Decoding took longer than ${config.limits.decodeMs} ms.`));
    }, config.limits.decodeMs);
    thread.worker.ref();
    const { body } = waiting.job;
    thread.worker.postMessage(waiting.job, [body.buffer as ArrayBuffer]);
  };

  const start = (): Thread => {
    const worker = new Worker(config.file, {
      resourceLimits: {
        maxOldGenerationSizeMb: Math.ceil(config.limits.decoderHeapBytes / MEBIBYTE),
      },
    });
    const thread: Thread = { worker };
    threads.add(thread);
    worker.on('message', (reply: DecodeReply) => settle(thread, reply));
    worker.on('error', (cause) => fail(thread, causeOfDeath(cause)));
    worker.on('exit', () => fail(thread, tooCostly('The decoder thread ended.')));
    worker.unref();
    return thread;
  };

  const settle = (thread: Thread, reply: DecodeReply) => {
    const waiting = release(thread);
    // An idle thread must not keep a process alive that has nothing else to do.
    thread.worker.unref();
    if (waiting) answer(waiting, reply);
    next();
  };

  const fail = (thread: Thread, error: unknown) => {
    if (!threads.delete(thread)) return;
    release(thread)?.reject(error);
    thread.worker.terminate().catch(() => undefined);
    next();
  };

  return {
    decode(job) {
      if (isClosed) throw new Problem('stopping');
      if (queue.length >= config.maxWaiting) {
        throw new Problem('overloaded', `${queue.length} uploads wait to be decoded already.`);
      }
      return new Promise((resolve, reject) => {
        queue.push({ job, resolve, reject });
        next();
      });
    },
    get waiting() {
      return queue.length;
    },
    async close() {
      isClosed = true;
      for (const { reject } of queue.splice(0)) reject(new Problem('stopping'));
      const ending = [...threads];
      threads.clear();
      for (const thread of ending) release(thread)?.reject(new Problem('stopping'));
      await Promise.all(ending.map((thread) => thread.worker.terminate()));
    },
  };
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
