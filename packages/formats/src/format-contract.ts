import { gzipSync } from 'node:zlib';
import { Problem, type ProblemCode, type Profile, runtimes, threadStates } from '@everflame/model';
// biome-ignore lint/correctness/noUndeclaredDependencies: of tests, the root's manifest has it.
import fc from 'fast-check';
// biome-ignore lint/correctness/noUndeclaredDependencies: as above.
import { describe, expect, test } from 'vitest';
import { inflate } from '../test/samples.ts';
import { decode, formats } from './decode.ts';
import { defaultLimits, type Format, type Hints, type Limits } from './format.ts';

export interface ContractSample {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What every format promises. Each format's test calls this with real bytes, decompressed. */
export function keepsTheFormatContract(format: Format, samples: readonly ContractSample[]): void {
  const decoded = (bytes: Uint8Array, limits: Partial<Limits> = {}, hints: Hints = {}) =>
    format.decode(bytes, { limits: { ...defaultLimits, ...limits }, hints });

  describe.each(samples)('$name', ({ bytes }) => {
    test('is recognised by this format alone', () => {
      const head = bytes.subarray(0, 4096);
      expect(formats.filter((f) => f.accepts(head, {})).map(({ name }) => name)).toEqual([
        format.name,
      ]);
    });

    test('becomes a profile whose tables agree with each other', () => {
      expectSound(decoded(bytes));
    });

    test('is the same profile compressed once or twice', () => {
      const plain = decode(bytes, { inflate });
      expect(decode(gzipSync(bytes), { inflate })).toEqual(plain);
      expect(decode(gzipSync(gzipSync(bytes)), { inflate })).toEqual(plain);
    });

    test('cut off anywhere gives a profile or a problem', () => {
      for (let part = 0; part < 200; part++) {
        const cut = bytes.subarray(0, Math.floor((bytes.length * part) / 200));
        profileOrProblem(() => decoded(cut));
      }
    });

    test('with bytes flipped gives a profile or a problem', () => {
      const random = randomNumbers(7);
      for (let round = 0; round < 300; round++) {
        const damaged = bytes.slice();
        for (let flips = 0; flips <= round % 5; flips++) {
          damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
        }
        profileOrProblem(() => decoded(damaged));
      }
    });

    test('compressed and then damaged gives a profile or a problem', () => {
      const random = randomNumbers(11);
      const packed = gzipSync(bytes);
      for (let round = 0; round < 40; round++) {
        const damaged = new Uint8Array(packed);
        damaged[2 + Math.floor(random() * (damaged.length - 2))] = Math.floor(random() * 256);
        profileOrProblem(() => decode(damaged, { inflate }));
      }
    });

    const limits: readonly [keyof Limits, number, ProblemCode][] = [
      ['nodes', 1, 'too-many-nodes'],
      ['depth', 1, 'stack-too-deep'],
      ['stringLength', 1, 'string-too-long'],
      ['samples', 1, 'too-many-samples'],
    ];
    test.each(limits)('is refused where %s may be %i', (limit, most, code) => {
      expect(problemOf(() => decoded(bytes, { [limit]: most }))).toBe(code);
    });
  });

  test('any bytes give a profile or a problem', () => {
    const head = samples[0]!.bytes.subarray(0, 64);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(64), (noise, keep) => {
        const bytes = new Uint8Array([...head.subarray(0, keep), ...noise]);
        profileOrProblem(() => decoded(bytes));
        profileOrProblem(() => decode(bytes, { inflate }));
      }),
      { numRuns: 2000 },
    );
  });
}

/** The code of the problem that is thrown; fails where none is, or something else. */
export function problemOf(act: () => unknown): ProblemCode {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  throw new Error('No problem was thrown.');
}

function profileOrProblem(act: () => Profile): void {
  let profile: Profile;
  try {
    profile = act();
  } catch (error) {
    if (error instanceof Problem) return;
    throw error;
  }
  expectSound(profile);
}

/** Plain comparisons: this runs tens of thousands of times. */
function expectSound(profile: Profile): void {
  const { stacks, samples, frames } = profile;
  const wrong: string[] = [];
  const check = (holds: boolean, what: string) => {
    if (!holds) wrong.push(what);
  };
  check(stacks.parent[0] === -1 && stacks.frame[0] === 0, 'the root');
  for (let row = 1; row < stacks.length; row++) {
    check(stacks.parent[row]! >= 0 && stacks.parent[row]! < row, 'callers before callees');
    check(stacks.frame[row]! > 0 && stacks.frame[row]! < frames.length, 'frames of stacks');
  }
  check(samples.values.length === profile.measures.length, 'a column per measure');
  check(new Set(profile.measures.map(({ id }) => id)).size === profile.measures.length, 'measures');
  for (let row = 0; row < samples.length; row++) {
    check(samples.stack[row]! < stacks.length, 'stacks of samples');
    check(samples.thread[row]! < profile.threads.length, 'threads of samples');
    check(samples.labelSet[row]! < profile.labelSets.length, 'label sets of samples');
    check(samples.link[row]! < profile.links.length, 'links of samples');
    check(samples.state[row]! < threadStates.length, 'states of samples');
    check(samples.count[row]! >= 0, 'counts of samples');
    for (const column of samples.values) {
      check(column[row]! >= 0 && column[row]! < Number.POSITIVE_INFINITY, 'values of samples');
    }
  }
  for (let row = 0; row < frames.length; row++) {
    check(frames.runtime[row]! < runtimes.length, 'runtimes of frames');
    check((frames.name[row] === '') === (row === 0), 'names of frames');
  }
  expect(wrong).toEqual([]);
}

/** Always the same numbers, 0 to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
