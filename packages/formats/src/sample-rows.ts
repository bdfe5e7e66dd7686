import { Problem, type SampleTable } from '@everflame/model';
import type { Limits } from './format.ts';

/** A sample table to be filled in place: all rows zero, counts one. Throws `too-many-samples`. */
export function sampleRows(length: number, measures: number, limits: Limits): SampleTable {
  if (length > limits.samples) {
    throw new Problem(
      'too-many-samples',
      `The profile has ${length} samples; at most ${limits.samples} are accepted.`,
    );
  }
  return {
    length,
    stack: new Uint32Array(length),
    thread: new Uint32Array(length),
    state: new Uint8Array(length),
    labelSet: new Uint32Array(length),
    link: new Uint32Array(length),
    count: new Float64Array(length).fill(1),
    values: Array.from({ length: measures }, () => new Float64Array(length)),
  };
}

/** What 64 bits hold: pprof cannot say more either, and a few such values still add up to a finite one. */
const MOST = 2 ** 63;

/** The same table. Throws `invalid-value` at a number that no clock or allocator counts to. */
export function withinReason(samples: SampleTable): SampleTable {
  for (const column of [samples.count, ...samples.values]) {
    for (let row = 0; row < column.length; row++) {
      if (column[row]! <= MOST) continue;
      throw new Problem('invalid-value', `Sample ${row} has the value ${column[row]}.`);
    }
  }
  return samples;
}
