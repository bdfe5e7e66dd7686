import { Problem } from '@everflame/model';
import type { Limits } from '../limits.ts';

/**
 * The body as sent, never holding more than the limit of it.
 * Throws Problem('body-too-large' | 'upload-too-slow' | 'upload-interrupted').
 */
export async function readBody(
  request: Request,
  limits: Pick<Limits, 'bodyBytes' | 'uploadMs'>,
): Promise<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > limits.bodyBytes) throw tooLarge(declared, limits.bodyBytes);
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem('upload-too-slow')), limits.uploadMs);
  });
  try {
    return await Promise.race([chunksOf(reader, limits.bodyBytes), late]);
  } catch (error) {
    // The rest of a refused body is nobody's; the connection may already be gone.
    reader.cancel().catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function chunksOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limit: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new Problem('upload-interrupted', undefined, { cause });
    });
    if (done) break;
    length += value.length;
    if (length > limit) throw tooLarge(length, limit);
    chunks.push(value);
  }
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
