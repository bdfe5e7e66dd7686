import type { Profile } from '@everflame/model';
import { Problem } from '@everflame/model';
import { codeguru } from './codeguru/decode.ts';
import { folded } from './folded/decode.ts';
import { type DecodeOptions, defaultLimits, type Format } from './format.ts';
import { jfr } from './jfr/decode.ts';
import { pprof } from './pprof/decode.ts';
import { unwrap } from './unwrap.ts';

/** The first that accepts wins, so the strictest come first. A new format is one line here. */
export const formats: readonly Format[] = [jfr, codeguru, pprof, folded];

const HEAD_BYTES = 4096;

/** Decodes one upload of any known format, compressed or not. Throws only Problems on bad bytes. */
export function decode(bytes: Uint8Array, options: DecodeOptions): Profile {
  const limits = { ...defaultLimits, ...options.limits };
  const hints = options.hints ?? {};
  const plain = unwrap(bytes, options.inflate, limits.inflatedBytes);
  const head = plain.subarray(0, HEAD_BYTES);
  const format = formats.find((candidate) => candidate.accepts(head, hints));
  if (!format) throw new Problem('unknown-format');
  return format.decode(plain, { limits, hints });
}
