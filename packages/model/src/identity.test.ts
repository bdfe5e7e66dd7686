import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CallTreeBuilder,
  FrameTableBuilder,
  frameIds,
  hashHex,
  hashOfHex,
  mergeTrees,
  nodeIds,
  path,
  rootNodeId,
  treeOf,
} from './index.ts';

/** The definition, in 64-bit integers of the slow kind. */
function slowRound(lanes: [bigint, bigint], word: number): [bigint, bigint] {
  const low = (x: bigint) => BigInt.asUintN(32, x);
  const turn = (x: bigint, by: bigint) => low((x << by) | (x >> (32n - by)));
  let [a, b] = lanes;
  const w = BigInt(word);
  a ^= low(turn(low(w * 0x239b961bn), 15n) * 0xab0e9789n);
  a = low(low(turn(a, 19n) + b) * 5n + 0x561ccd1bn);
  b ^= low(turn(low(w * 0xab0e9789n), 16n) * 0x38b34ae5n);
  b = low(low(turn(b, 17n) + a) * 5n + 0x0bcaa747n);
  return [a, b];
}

function slowFinish([first, second]: [bigint, bigint]): bigint {
  const low = (x: bigint) => BigInt.asUintN(32, x);
  const mix = (x: bigint) => {
    const once = low((x ^ (x >> 16n)) * 0x85ebca6bn);
    const twice = low((once ^ (once >> 13n)) * 0xc2b2ae35n);
    return twice ^ (twice >> 16n);
  };
  let a = low(first + second);
  let b = low(second + a);
  a = mix(a);
  b = mix(b);
  a = low(a + b);
  return (low(b + a) << 32n) | a;
}

function slowFrameId(texts: readonly string[]): bigint {
  let lanes: [bigint, bigint] = [0x9e3779b9n, 0x7f4a7c15n];
  for (const text of texts) {
    for (let i = 0; i < text.length; i += 2) {
      const second = i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
      lanes = slowRound(lanes, text.charCodeAt(i) + second * 65_536);
    }
    lanes = slowRound(lanes, text.length);
  }
  return slowFinish(slowRound(lanes, 2));
}

const half = (id: bigint): [bigint, bigint] => [id & 0xffff_ffffn, id >> 32n];

test('ids of frames and nodes agree with their slow definition', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, anyText, anyText), { maxLength: 20 }), (rows) => {
      const frames = new FrameTableBuilder();
      const builder = new CallTreeBuilder(frames);
      rows.reduce((node, row) => builder.child(node, frames.row(...row, 'nodejs')), 0);
      const tree = builder.build();
      const ids = frameIds(tree.frames);
      const paths = nodeIds(tree, ids);
      expect(paths[0]).toBe(rootNodeId);
      for (const row of rows) {
        expect(ids[frames.row(...row, 'nodejs')]).toBe(slowFrameId(row));
      }
      for (let node = 1; node < tree.length; node++) {
        const [low, high] = half(ids[tree.frame[node]!]!);
        const above = half(paths[tree.parent[node]!]!);
        const expected = slowFinish(slowRound(slowRound(above, Number(low)), Number(high)));
        expect(paths[node]).toBe(expected);
      }
    }),
  );
});

test('ids never change, for they are stored', () => {
  const tree = treeOf('main\nparse', { runtime: 'nodejs' });
  const ids = frameIds(tree.frames);
  expect([...ids].map(hashHex)).toMatchInlineSnapshot(`
    [
      "92df344268197693",
      "40c4365971ef32c3",
      "3df00bd245f7ea2d",
    ]
  `);
  expect([...nodeIds(tree, ids)].map(hashHex)).toMatchInlineSnapshot(`
    [
      "0000000000000000",
      "72795df8090604a9",
      "1142e1b706be3e5e",
    ]
  `);
});

test('a path has one id, whatever the tree and the order of its frames', () => {
  const a = treeOf('main main\nparse render');
  const b = mergeTrees([treeOf('other'), treeOf('main\nrender')]);
  const idOf = (tree: typeof a, names: string) => {
    const ids = nodeIds(tree, frameIds(tree.frames));
    const found = Array.from(ids).findIndex(
      (_, node) =>
        path(tree, node)
          .map((each) => tree.frames.name[tree.frame[each]!])
          .join('/') === names,
    );
    return ids[found];
  };
  expect(idOf(a, 'main/render')).toBe(idOf(b, 'main/render'));
  expect(idOf(a, 'main/render')).not.toBe(idOf(a, 'main/parse'));
});

test('a million paths have a million ids', () => {
  const frames = new FrameTableBuilder();
  for (let i = 0; i < 1000; i++) frames.row(`f${i}`, `src/f${i % 10}.ts`, '', 'nodejs');
  const builder = new CallTreeBuilder(frames);
  // Small steps, as in real trees: neighbours differ in few bits.
  for (let i = 0; builder.length < 1_000_000; i++) {
    builder.child(Math.floor(i / 3), 1 + ((i * 7919) % 1000));
  }
  const tree = builder.build();
  const ids = nodeIds(tree, frameIds(tree.frames));
  expect(repeated(ids.slice())).toBe(0);
  // Each half alone behaves like 32 random bits: n²/2³³ = 116 collisions expected.
  const words = new Uint32Array(ids.buffer);
  for (const half of [0, 1]) {
    const collisions = repeated(words.filter((_, at) => at % 2 === half));
    expect(collisions).toBeGreaterThan(60);
    expect(collisions).toBeLessThan(180);
  }
});

/** How many equal one before them. By sorting: a Set of a million bigints takes seconds. */
function repeated(values: BigUint64Array | Uint32Array): number {
  values.sort();
  let count = 0;
  for (let at = 1; at < values.length; at++) if (values[at] === values[at - 1]) count++;
  return count;
}

test('a changed letter changes half of the bits', () => {
  const bits = 64;
  const flips = new Array<number>(bits).fill(0);
  const runs = 4000;
  for (let run = 0; run < runs; run++) {
    const builder = new FrameTableBuilder();
    builder.row(`function${run}`, 'a.ts', '', 'nodejs');
    builder.row(`function${run}`, 'b.ts', '', 'nodejs');
    const [, a, b] = frameIds(builder.build());
    for (let bit = 0; bit < bits; bit++) {
      flips[bit]! += Number(((a! ^ b!) >> BigInt(bit)) & 1n);
    }
  }
  for (const count of flips) {
    expect(count / runs).toBeGreaterThan(0.45);
    expect(count / runs).toBeLessThan(0.55);
  }
});

test('hex and back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (id) => {
      expect(hashHex(id)).toMatch(/^[0-9a-f]{16}$/);
      expect(hashOfHex(hashHex(id))).toBe(id);
    }),
  );
  expect(hashOfHex('xyz')).toBeUndefined();
  expect(hashOfHex('')).toBeUndefined();
});
