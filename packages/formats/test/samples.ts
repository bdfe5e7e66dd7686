import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Problem } from '@everflame/model';
import type { Inflate } from '../src/format.ts';

/** A decompressor as a server gives: bounded while it inflates. Node 20 has no zstd. */
export const inflate: Inflate = (bytes, codec, maxBytes) => {
  if (codec !== 'gzip') throw new Problem('unsupported-encoding');
  try {
    return new Uint8Array(gunzipSync(bytes, { maxOutputLength: maxBytes }));
  } catch (cause) {
    const isTooLarge = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? new Problem('inflated-too-large', undefined, { cause }) : cause;
  }
};

const folder = new URL('samples/', import.meta.url);

/** A sample's bytes, decompressed where it is a .gz. */
export function sample(name: string): Uint8Array {
  const bytes = new Uint8Array(readFileSync(new URL(name, folder)));
  return name.endsWith('.gz') ? new Uint8Array(gunzipSync(bytes)) : bytes;
}

export interface Expected {
  readonly samples: number;
  readonly functions?: number;
  readonly totals: Readonly<Record<string, number>>;
}

/** Totals of a sample, counted by other programs. */
export function expected(name: string): Expected {
  const all = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'));
  return (all as Record<string, Expected>)[name] as Expected;
}
