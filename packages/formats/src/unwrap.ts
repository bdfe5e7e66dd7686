import { Problem } from '@everflame/model';
import type { Codec, Inflate } from './format.ts';

/** A gzip body holding a gzip file, and one more for a proxy. More is an attack or an accident. */
const MAX_LAYERS = 4;

/**
 * Takes off compression by its magic bytes, never by a header: agents wrap twice, or claim what is
 * not so. `maxBytes` bounds every layer. A codec's own errors become `truncated-profile`.
 */
export function unwrap(bytes: Uint8Array, inflate: Inflate, maxBytes: number): Uint8Array {
  let plain = bytes;
  for (let layer = 0; ; layer++) {
    if (plain.length > maxBytes) throw new Problem('inflated-too-large');
    const codec = codecOf(plain);
    if (codec === undefined) return plain;
    if (layer === MAX_LAYERS) {
      throw new Problem('corrupt-profile', `Compressed more than ${MAX_LAYERS} times over.`);
    }
    plain = inflated(plain, codec, { inflate, maxBytes });
  }
}

function codecOf(bytes: Uint8Array): Codec | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  const isZstd = bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
  return isZstd ? 'zstd' : undefined;
}

function inflated(
  bytes: Uint8Array,
  codec: Codec,
  { inflate, maxBytes }: { inflate: Inflate; maxBytes: number },
): Uint8Array {
  try {
    return inflate(bytes, codec, maxBytes);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('truncated-profile', `The ${codec} stream is cut off or damaged.`, { cause });
  }
}
