import { Problem } from '@everflame/model';
import type { Visit } from '../door.ts';
import type { Limits } from '../limits.ts';
import { ByteBudget } from './byte-budget.ts';

/** What was read before whoever needs it asks. */
export interface BodyAhead {
  readonly bytes: Uint8Array;
  readonly budget: ByteBudget;
}

type Sender = Pick<Visit, 'request' | 'isWhole' | 'ahead'>;

/** Reads the body for its signature's sake; `readBody` then answers it, once. Throws as that does. */
export async function readAhead(
  visit: Sender,
  limits: Pick<Limits, 'bodyBytes' | 'uploadMs'>,
  budget: ByteBudget,
): Promise<Uint8Array> {
  const bytes = await readBody(visit, limits, budget);
  visit.ahead = { bytes, budget };
  return bytes;
}

/** Once nobody will ask for what was read ahead. */
export function dropAhead(visit: Sender): void {
  const { ahead } = visit;
  visit.ahead = undefined;
  ahead?.budget.give(ahead.bytes.length);
}

/**
 * The body as sent, to its end, never holding more than the limit of it, nor more than the budget has left; the
 * caller gives the length back when the body is gone.
 * Throws Problem('body-too-large' | 'upload-too-slow' | 'upload-interrupted' | 'overloaded').
 */
export async function readBody(
  visit: Sender,
  limits: Pick<Limits, 'bodyBytes' | 'uploadMs'>,
  budget = new ByteBudget(limits.bodyBytes),
): Promise<Uint8Array> {
  const { request, isWhole, ahead } = visit;
  if (ahead) {
    dropAhead(visit);
    const { length } = ahead.bytes;
    if (length > limits.bodyBytes) throw tooLarge(length, limits.bodyBytes);
    budget.take(length);
    return ahead.bytes;
  }
  const declared = request.headers.get('content-length');
  if (Number(declared) > limits.bodyBytes) throw tooLarge(Number(declared), limits.bodyBytes);
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  const received = { chunks: [] as Uint8Array[], bytes: 0 };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem('upload-too-slow')), limits.uploadMs);
  });
  try {
    for (;;) {
      const chunk = await Promise.race([next(reader), late]);
      if (!chunk) {
        refuseCutShort(received.bytes, declared, isWhole());
        return joined(received.chunks, received.bytes);
      }
      if (received.bytes + chunk.length > limits.bodyBytes) {
        throw tooLarge(received.bytes + chunk.length, limits.bodyBytes);
      }
      budget.take(chunk.length);
      received.bytes += chunk.length;
      received.chunks.push(chunk);
    }
  } catch (error) {
    budget.give(received.bytes);
    // The rest of a refused body is nobody's; the connection may already be gone.
    reader.cancel().catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function next(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value;
  } catch (cause) {
    throw new Problem('upload-interrupted', undefined, { cause });
  }
}

/** A stream that was destroyed before anyone read it ends as if there had been nothing. */
function refuseCutShort(bytes: number, declared: string | null, isWhole: boolean): void {
  if (isWhole && (declared === null || bytes === Number(declared))) return;
  const expected = declared === null ? 'its end had not come' : `${declared} had been announced`;
  throw new Problem('upload-interrupted', `The body broke off after ${bytes} bytes; ${expected}.`);
}

/** In memory of its own, for it is moved to another thread. */
function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1 && only.length === only.buffer.byteLength) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

const tooLarge = (bytes: number, limit: number) =>
  new Problem('body-too-large', `The body has at least ${bytes} bytes; ${limit} are accepted.`);
