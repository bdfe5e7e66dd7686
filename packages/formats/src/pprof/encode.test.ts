import {
  type CallTree,
  callTreeOf,
  draw,
  knownMeasures,
  type Measure,
  mergeTrees,
  type Runtime,
  runtimes,
  sumStates,
  type ThreadState,
  threadStates,
  treeOf,
} from '@everflame/model';
import fc from 'fast-check';
import { Profile as TheirProfile } from 'pprof-format';
import { expect, test } from 'vitest';
import { inflate, sample } from '../../test/samples.ts';
import { decode } from '../decode.ts';
import { encodePprof } from './encode.ts';

const meta = { startMs: 1_700_000_000_123, endMs: 1_700_000_300_456 };
const reread = (tree: CallTree) => callTreeOf(decode(encodePprof(tree, meta), { inflate }));

/** Everything a tree says, in an order of its own: a node's path is its name. */
function facts(tree: CallTree): string[] {
  const { frames, frame, parent, lineFrom, lineTo } = tree;
  const paths: string[] = [];
  for (let node = 0; node < tree.length; node++) {
    const row = frame[node]!;
    const place = JSON.stringify([
      frames.name[row],
      frames.file[row],
      frames.module[row],
      frames.runtime[row],
    ]);
    const lines = `${lineFrom[node]}-${lineTo[node]}`;
    const weights = tree.columns
      .map(
        ({ measure, state, self }) =>
          `${measure.id}/${measure.unit}/${measure.temporality}/${state}=${self[node]}`,
      )
      .filter((weight) => !weight.endsWith('=0'))
      .sort();
    paths[node] =
      node === 0 ? weights.join() : `${paths[parent[node]!]} > ${place} ${lines} ${weights}`;
  }
  return paths.sort();
}

const measures: readonly Measure[] = [
  ...Object.values(knownMeasures).filter(({ id }) => id !== 'samples'),
  { id: 'custom:cpu', unit: 'bytes', temporality: 'delta' },
  { id: 'custom:alloc_space', unit: 'bytes', temporality: 'snapshot' },
  { id: 'custom:file-io-time', unit: 'ns', temporality: 'delta' },
  { ...knownMeasures.alloc_bytes, temporality: 'cumulative' },
  { ...knownMeasures.block_wait, temporality: 'cumulative' },
];

interface Part {
  readonly names: readonly string[];
  readonly measure: Measure;
  readonly state: ThreadState;
  readonly weight: number;
  readonly runtime: Runtime;
}

const part: fc.Arbitrary<Part> = fc.record({
  names: fc.array(
    fc.constantFrom('a', 'b:3', 'b:9', 'c:1', '(idle)', '0x12', 'a/b.C', ';', 'é\u{1f600}'),
    { minLength: 1, maxLength: 6 },
  ),
  measure: fc.constantFrom(...measures),
  state: fc.constantFrom(...threadStates),
  weight: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 2 ** 31, max: 2 ** 52 })),
  runtime: fc.constantFrom(...runtimes),
});

test('reading back what was written gives the same tree: names, lines, states, measures', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 10 }), (parts) => {
      // One temporality per measure, as trees have it.
      const seen = new Map<string, Measure>();
      const trees = parts.map(({ names, measure, state, weight, runtime }) => {
        const first = seen.get(measure.id) ?? measure;
        seen.set(measure.id, first);
        return treeOf(names.join('\n'), {
          measure: first,
          states: [state],
          weights: [weight],
          runtime,
        });
      });
      const tree = withModules(mergeTrees(trees));
      expect(facts(reread(tree))).toEqual(facts(tree));
    }),
    { numRuns: 300 },
  );
});

const withModules = (tree: CallTree): CallTree => ({
  ...tree,
  frames: {
    ...tree.frames,
    module: tree.frames.name.map((name, row) => (row > 0 && row % 3 === 0 ? `lib ${name}` : '')),
    file: tree.frames.name.map((name, row) => (row > 0 && row % 2 === 0 ? `/src/${name}.x` : '')),
  },
});

test.each(['go-cpu', 'go-heap', 'node-wall', 'node-heap', 'jfrconv-cpu'])(
  '%s survives the way out and in',
  (name) => {
    const tree = callTreeOf(decode(sample(`${name}.pprof.gz`), { inflate }));
    const again = reread(tree);
    expect(facts(again)).toEqual(facts(tree));
  },
);

test('the window and the labels are kept', () => {
  const labels = { 'service.version': '1=2', 'host.name': 'ä' };
  const profile = decode(encodePprof(treeOf('a'), { ...meta, labels }), { inflate });
  expect([profile.startMs, profile.endMs, profile.labels]).toEqual([
    meta.startMs,
    meta.endMs,
    labels,
  ]);
});

test('another reader finds the same stacks, values and states', () => {
  const tree = treeOf('main main\nread work', {
    states: ['BLOCKED', 'RUNNABLE'],
    weights: [5, 2 ** 60],
  });
  const theirs = TheirProfile.decode(encodePprof(tree, meta));
  const text = (row: number | bigint) => theirs.stringTable.strings[Number(row)];
  const name = (id: number | bigint) => {
    const location = theirs.location.find((one) => one.id === id);
    const { functionId } = location!.line[0]!;
    return text(theirs.function.find((one) => one.id === functionId)!.name);
  };
  expect(theirs.sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
    ['cpu', 'nanoseconds'],
  ]);
  expect(
    theirs.sample.map(({ locationId, value, label }) => [
      locationId.map(name).join(' < '),
      BigInt(value[0]!),
      label.map(({ key, str }) => `${text(key)}=${text(str)}`).join(),
    ]),
  ).toEqual([
    ['read < main', 5n, 'thread_state=BLOCKED'],
    ['work < main', 2n ** 60n, 'thread_state=RUNNABLE'],
  ]);
});

test('a sum beyond 64 bits is written as the most that fits', () => {
  expect(draw(reread(treeOf('a', { weights: [2 ** 70] })))).toBe(`a ${2 ** 63 - 1024}`);
});

test('what was elided counts as its node’s own', () => {
  const tree = treeOf('a\nb', { weights: [3] });
  const cut = { ...tree, columns: [{ ...tree.columns[0]!, elided: Float64Array.of(0, 4, 0) }] };
  expect(draw(reread(cut))).toBe('a 7\n  b 3');
});

test('a path of 10,000 frames and a frame of 10,000 callees are written', () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `f${i}`);
  expect(reread(treeOf(names.join('\n'))).length).toBe(10_001);
  const wide = treeOf(
    `${'main '.repeat(10_000)}\n${names.map((name) => name.slice(0, 4)).join(' ')}`,
  );
  const again = reread(wide);
  expect(sumStates(again, 'cpu', threadStates).self.reduce((a, b) => a + b)).toBe(10_000);
});
