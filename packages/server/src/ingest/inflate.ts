import { constants, gunzipSync } from 'node:zlib';
import { Problem } from '@everflame/model';
import { Decompress } from 'fzstd';
import { largestZstdWindow } from './zstd-window.ts';

/**
 * What a Content-Encoding says, undone, outermost coding first.
 * Throws Problem('unsupported-encoding' | 'inflated-too-large' | 'truncated-profile' | 'corrupt-profile').
 */
export function decoded(bytes: Uint8Array, contentEncoding: string, limit: number): Uint8Array {
  const codings = contentEncoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  // Each coding multiplies what a small body can cost; nobody needs two.
  if (codings.length > 1) throw new Problem('unsupported-encoding', 'One coding is enough.');
  const [coding] = codings;
  if (coding === undefined) return bytes;
  const undo = codingsKnown[coding];
  if (!undo) {
    throw new Problem('unsupported-encoding', `Content-Encoding “${coding}” is not gzip or zstd.`);
  }
  return undo(bytes, limit);
}

/** Gzip, however many members, never growing past the limit. */
export function gunzip(bytes: Uint8Array, limit: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch (cause) {
    const { code, errno } = cause as { readonly code?: string; readonly errno?: number };
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit, cause);
    if (errno === constants.Z_BUF_ERROR) {
      throw new Problem('truncated-profile', 'The compressed body ends too early.', { cause });
    }
    throw new Problem('corrupt-profile', 'The body is not valid gzip.', { cause });
  }
}

/** Zstandard, chunk by chunk, so that a bomb is stopped while it unfolds. */
export function unzstd(bytes: Uint8Array, limit: number): Uint8Array {
  const window = largestZstdWindow(bytes);
  if (window === undefined) throw new Problem('truncated-profile', 'The zstd stream is cut off.');
  if (window > Math.min(limit, MAX_ZSTD_WINDOW)) throw tooLarge(limit);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((chunk) => {
    length += chunk.length;
    if (length > limit) throw tooLarge(limit);
    chunks.push(chunk);
  });
  try {
    for (let at = 0; at < bytes.length; at += STEP) {
      stream.push(bytes.subarray(at, at + STEP), at + STEP >= bytes.length);
    }
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('corrupt-profile', 'The body is not valid zstd.', { cause });
  }
  return Buffer.concat(chunks, length);
}

/** One block of zstd unfolds to at most 128 kB, so this bounds what one push can add. */
const STEP = 4096;
/** What `zstd --long` writes; a frame may ask for terabytes, and the decoder would allocate them. */
const MAX_ZSTD_WINDOW = 2 ** 27;

const codingsKnown: Readonly<Record<string, (bytes: Uint8Array, limit: number) => Uint8Array>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  zstd: unzstd,
};

const tooLarge = (limit: number, cause?: unknown) =>
  new Problem(
    'inflated-too-large',
    `Decompressed, the body has more than ${limit} bytes.`,
    cause ? { cause } : undefined,
  );
