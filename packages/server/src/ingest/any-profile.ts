import {
  type FrameTable,
  FrameTableBuilder,
  knownMeasures,
  type Labels,
  type Profile,
  threadStates,
} from '@everflame/model';
// biome-ignore lint/correctness/noUndeclaredDependencies: only test files ask for these.
import fc from 'fast-check';

interface AnyRow {
  readonly stack: readonly (readonly [frame: number, line: number])[];
  readonly thread: number;
  readonly state: number;
  readonly labelSet: number;
  readonly count: number;
  readonly values: readonly number[];
}

const threads = ['', 'worker-1', 'worker-2', 'main'];
const labelSets: readonly Labels[] = [{}, { endpoint: '/a' }, { endpoint: '/b', 'span id': '7' }];
const measures = [knownMeasures.cpu, knownMeasures.wall];

const row: fc.Arbitrary<AnyRow> = fc.record({
  stack: fc.array(fc.tuple(fc.nat(5), fc.nat(2)), { maxLength: 6 }),
  thread: fc.nat(threads.length - 1),
  state: fc.nat(threadStates.length - 1),
  labelSet: fc.nat(labelSets.length - 1),
  count: fc.nat(9),
  values: fc.array(fc.nat(100), { minLength: measures.length, maxLength: measures.length }),
});

/** Profiles with recursion, several threads and states, lines and labels, for property tests. */
export const anyProfile: fc.Arbitrary<Profile> = fc
  .record({ rows: fc.array(row, { maxLength: 12 }), shift: fc.nat(3) })
  .map(({ rows, shift }) => profileFrom(rows, shift));

function profileFrom(rows: readonly AnyRow[], shift: number): Profile {
  const stacks = { parent: [-1], frame: [0], line: [0] };
  const known = new Map<string, number>();
  const leaves = rows.map(({ stack }) =>
    stack.reduce((parent, [frame, line]) => {
      const key = `${parent} ${frame} ${line}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      stacks.frame.push(frame + 1);
      stacks.line.push(line);
      known.set(key, stacks.parent.length);
      return stacks.parent.push(parent) - 1;
    }, 0),
  );
  return {
    format: 'any',
    runtime: 'go',
    labels: { 'service.version': '1' },
    frames: framesFrom(shift),
    stacks: {
      length: stacks.parent.length,
      parent: Int32Array.from(stacks.parent),
      frame: Uint32Array.from(stacks.frame),
      line: Uint32Array.from(stacks.line),
    },
    threads: threads.map((name) => ({ name })),
    labelSets,
    links: [{}],
    measures,
    samples: {
      length: rows.length,
      stack: Uint32Array.from(leaves),
      thread: Uint32Array.from(rows, (one) => one.thread),
      state: Uint8Array.from(rows, (one) => one.state),
      labelSet: Uint32Array.from(rows, (one) => one.labelSet),
      link: new Uint32Array(rows.length),
      count: Float64Array.from(rows, (one) => one.count),
      values: measures.map((_, column) =>
        Float64Array.from(rows, (one) => one.values[column] ?? 0),
      ),
    },
    facts: [],
    quality: { lines: 'exact', warnings: [] },
  };
}

/** The same six names in another order, so that rows of two profiles mean different functions. */
function framesFrom(shift: number): FrameTable {
  const builder = new FrameTableBuilder();
  for (let i = 0; i < 6; i++) builder.row(`f${(i + shift) % 6}`, 'f.go', '', 'go');
  return builder.build();
}
