import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CallTree,
  CallTreeBuilder,
  callees,
  callers,
  callTreeOf,
  depths,
  difference,
  draw,
  FrameTableBuilder,
  frameWeights,
  inBoth,
  knownMeasures,
  mergeTrees,
  onlyInA,
  onlyInB,
  type Profile,
  path,
  preorder,
  profileOf,
  subtree,
  sumStates,
  type ThreadState,
  threadStates,
  totals,
  treeOf,
  truncate,
} from './index.ts';

/*
 * The slow side of every test here is a list of samples: what each operation means is said of paths,
 * with arrays and Maps, and the table code must agree.
 */

interface Sample {
  readonly path: readonly string[];
  readonly line: number;
  readonly weight: number;
  readonly state: ThreadState;
}

const anySamples = (maxLength = 30) =>
  fc.array(
    fc.record<Sample>({
      path: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 8 }),
      line: fc.nat(3),
      weight: fc.nat(50),
      state: fc.constantFrom<ThreadState>('RUNNABLE', 'WAITING', 'IDLE'),
    }),
    { maxLength },
  );

/** Frames in the order of first use, so that two trees number the same function differently. */
function profileFrom(samples: readonly Sample[]): Profile {
  const frames = new FrameTableBuilder();
  const rows = new Map<string, number>();
  const parent = [-1];
  const frame = [0];
  const line = [0];
  const stack = samples.map((sample) =>
    sample.path.reduce((above, name) => {
      const key = `${above} ${name} ${sample.line}`;
      const known = rows.get(key);
      if (known !== undefined) return known;
      frame.push(frames.row(name, `${name}.ts`, '', 'nodejs'));
      line.push(sample.line);
      rows.set(key, parent.push(above) - 1);
      return parent.length - 1;
    }, 0),
  );
  return {
    ...profileOf(''),
    frames: frames.build(),
    stacks: {
      length: parent.length,
      parent: Int32Array.from(parent),
      frame: Uint32Array.from(frame),
      line: Uint32Array.from(line),
    },
    samples: {
      ...profileOf('').samples,
      length: samples.length,
      stack: Uint32Array.from(stack),
      state: Uint8Array.from(samples, ({ state }) => threadStates.indexOf(state)),
      values: [Float64Array.from(samples, ({ weight }) => weight)],
    },
  };
}

const treeFrom = (samples: readonly Sample[]) => callTreeOf(profileFrom(samples));

const keyOf = (names: readonly string[]) => names.join('/');
const nameOf = (tree: CallTree, node: number) => tree.frames.name[tree.frame[node]!]!;
const pathKey = (tree: CallTree, node: number) =>
  keyOf(path(tree, node).map((each) => nameOf(tree, each)));
const nodes = (tree: CallTree) => Array.from({ length: tree.length }, (_, node) => node);

/** Path → state → self; zeros left out. */
function weightsOf(tree: CallTree): Map<string, number> {
  const weights = new Map<string, number>();
  for (const { state, self } of tree.columns) {
    for (const node of nodes(tree)) {
      if (self[node]! > 0) weights.set(`${pathKey(tree, node)} ${state}`, self[node]!);
    }
  }
  return new Map([...weights].sort());
}

function slowWeights(samples: readonly Pick<Sample, 'path' | 'weight' | 'state'>[]) {
  const weights = new Map<string, number>();
  for (const sample of samples) {
    const key = `${keyOf(sample.path)} ${sample.state}`;
    if (sample.weight > 0) weights.set(key, (weights.get(key) ?? 0) + sample.weight);
  }
  return new Map([...weights].sort());
}

const slowPaths = (samples: readonly Pick<Sample, 'path'>[]) => [
  ...new Set(['', ...samples.flatMap((s) => s.path.map((_, i) => keyOf(s.path.slice(0, i + 1))))]),
];

const startsWith = (sample: Sample, prefix: string) =>
  sample.path.some((_, i) => keyOf(sample.path.slice(0, i + 1)) === prefix) || prefix === '';

const weightOf = (samples: readonly Sample[]) =>
  samples.reduce((sum, { weight }) => sum + weight, 0);

/** What call-tree.ts promises of every tree. */
function expectSound(tree: CallTree): void {
  expect(tree.parent.length).toBe(tree.length);
  expect(tree.parent[0]).toBe(-1);
  expect(tree.frame[0]).toBe(0);
  expect(new Set(nodes(tree).map((node) => pathKey(tree, node))).size).toBe(tree.length);
  for (const node of nodes(tree)) {
    if (node > 0) expect(tree.parent[node]!).toBeLessThan(node);
    const above = path(tree, node).slice(0, -1);
    const isFirst = !above.some((caller) => tree.frame[caller] === tree.frame[node]);
    expect(tree.firstOnPath[node]).toBe(isFirst ? 1 : 0);
    expect(tree.lineFrom[node]!).toBeLessThanOrEqual(tree.lineTo[node]!);
  }
  for (const { self, elided } of tree.columns) {
    expect(self.length).toBe(tree.length);
    expect([...self, ...(elided ?? [])].every((weight) => weight >= 0)).toBe(true);
  }
}

const everyState = (tree: CallTree) => sumStates(tree, 'cpu', threadStates);

describe('a tree from a profile', () => {
  test('samples with the same callers share a branch', () => {
    const profile = profileOf(`
      main   main   main
      parse  parse  render
      read
    `);
    expect(draw(profile)).toBe('main 3\n  parse 2\n    read 1\n  render 1');
  });

  test('has the weights, paths, states and lines of its samples', () => {
    fc.assert(
      fc.property(anySamples(), (samples) => {
        const tree = treeFrom(samples);
        expectSound(tree);
        expect(weightsOf(tree)).toEqual(slowWeights(samples));
        expect(
          nodes(tree)
            .map((node) => pathKey(tree, node))
            .sort(),
        ).toEqual(slowPaths(samples).sort());
        for (const node of nodes(tree).slice(1)) {
          const lines = samples
            .filter((sample) => startsWith(sample, pathKey(tree, node)))
            .map(({ line }) => line)
            .filter((line) => line > 0);
          expect(tree.lineFrom[node]).toBe(lines.length > 0 ? Math.min(...lines) : 0);
          expect(tree.lineTo[node]).toBe(Math.max(0, ...lines));
        }
      }),
    );
  });

  test('has a column only for states with weight, and none for an empty profile', () => {
    const tree = treeOf('main main', { states: ['RUNNABLE', 'IDLE'], weights: [2, 0] });
    expect(tree.columns.map(({ state }) => state)).toEqual(['RUNNABLE']);
    const empty = treeOf('');
    expect(empty.length).toBe(1);
    expect(empty.columns).toEqual([]);
    expect(draw(empty)).toBe('');
  });

  test('keeps weight of the root itself', () => {
    const tree = treeFrom([{ path: [], line: 0, weight: 3, state: 'IDLE' }]);
    expect(draw(tree)).toBe('(root) 3');
  });
});

describe('totals and weights of frames', () => {
  test('totals agree with their slow definition on any tree', () => {
    fc.assert(
      fc.property(anySamples(), (samples) => {
        const tree = treeFrom(samples);
        const total = totals(tree, everyState(tree));
        for (const node of nodes(tree)) {
          const below = samples.filter((sample) => startsWith(sample, pathKey(tree, node)));
          expect(total[node]).toBe(weightOf(below));
        }
      }),
    );
  });

  test('a frame counts once however often it recurs', () => {
    fc.assert(
      fc.property(anySamples(), (samples) => {
        const tree = treeFrom(samples);
        const { self, total } = frameWeights(tree, everyState(tree));
        for (const [row, name] of tree.frames.name.entries()) {
          if (row === 0) continue;
          expect(total[row]).toBe(weightOf(samples.filter((sample) => sample.path.includes(name))));
          expect(self[row]).toBe(weightOf(samples.filter((sample) => sample.path.at(-1) === name)));
        }
      }),
    );
  });
});

describe('merging and comparing', () => {
  test('merged trees are the tree of all samples', () => {
    fc.assert(
      fc.property(fc.array(anySamples(10), { maxLength: 5 }), (lists) => {
        const merged = mergeTrees(lists.map(treeFrom));
        expectSound(merged);
        expect(weightsOf(merged)).toEqual(slowWeights(lists.flat()));
        expect(merged.length).toBe(slowPaths(lists.flat()).length);
      }),
    );
  });

  test('trees that share their frame table merge without touching a name', () => {
    const tree = treeFrom([{ path: ['a', 'b'], line: 7, weight: 2, state: 'IDLE' }]);
    const merged = mergeTrees([tree, tree, tree]);
    expect(merged.frames).toBe(tree.frames);
    expect(draw(merged)).toBe('a 6\n  b 6');
    expect(merged.lineFrom[1]).toBe(7);
  });

  test('elided weight adds up', () => {
    fc.assert(
      fc.property(anySamples(), anySamples(), fc.nat(10), (a, b, maxNodes) => {
        const cut = [a, b].map((samples) => {
          const tree = treeFrom(samples);
          return truncate(tree, { weight: totals(tree, everyState(tree)), maxNodes });
        });
        const merged = mergeTrees(cut);
        expect(totals(merged, everyState(merged))[0]).toBe(weightOf([...a, ...b]));
      }),
    );
  });

  test('no trees merge into one with a root alone', () => {
    const merged = mergeTrees([]);
    expect(merged.length).toBe(1);
    expect(merged.frames.length).toBe(1);
  });

  test('measures with the same state stay apart', () => {
    const wall = treeOf('main', { measure: knownMeasures.wall });
    const merged = mergeTrees([treeOf('main'), wall]);
    expect(merged.columns.map(({ measure }) => measure.id)).toEqual(['cpu', 'wall']);
    expect(merged.columns.map(({ self }) => self[1])).toEqual([1, 1]);
  });

  test('a difference shows both sides of every path, and who has it', () => {
    fc.assert(
      fc.property(anySamples(), anySamples(), (samplesA, samplesB) => {
        const { a, b, presence } = difference(treeFrom(samplesA), treeFrom(samplesB));
        expectSound(a);
        expect(b.parent).toBe(a.parent);
        expect(weightsOf(a)).toEqual(slowWeights(samplesA));
        expect(weightsOf(b)).toEqual(slowWeights(samplesB));
        expect(a.columns.map(({ state }) => state)).toEqual(b.columns.map(({ state }) => state));
        const [pathsA, pathsB] = [samplesA, samplesB].map((s) => new Set(slowPaths(s)));
        for (const node of nodes(a)) {
          const key = pathKey(a, node);
          const expected = (pathsA!.has(key) ? onlyInA : 0) | (pathsB!.has(key) ? onlyInB : 0);
          expect(presence[node]).toBe(expected);
        }
        expect(presence[0]).toBe(inBoth);
      }),
    );
  });
});

describe('truncation', () => {
  test('keeps the heaviest nodes, and every total', () => {
    fc.assert(
      fc.property(anySamples(), fc.nat(20), (samples, maxNodes) => {
        const tree = treeFrom(samples);
        const weight = totals(tree, everyState(tree));
        const cut = truncate(tree, { weight, maxNodes });
        expectSound(cut);
        expect(cut.length).toBe(Math.min(tree.length, Math.max(1, maxNodes)));
        const heaviest = [...weight.slice(1)].sort((x, y) => y - x).slice(0, cut.length - 1);
        const kept = totals(cut, everyState(cut));
        expect([...kept.slice(1)].sort((x, y) => y - x)).toEqual(heaviest);

        const before = new Map(nodes(tree).map((node) => [pathKey(tree, node), node]));
        for (const [index, column] of cut.columns.entries()) {
          const full = totals(tree, tree.columns[index]!);
          const total = totals(cut, column);
          for (const node of nodes(cut)) {
            const old = before.get(pathKey(cut, node))!;
            expect(total[node]).toBe(full[old]);
            expect(column.self[node]).toBe(tree.columns[index]!.self[old]);
          }
        }
        const hidden = cut.elidedNodes.reduce((sum, count) => sum + count, 0);
        expect(hidden).toBe(tree.length - cut.length);
      }),
    );
  });

  test('what was cut before stays cut', () => {
    fc.assert(
      fc.property(anySamples(), (samples) => {
        const tree = treeFrom(samples);
        const weight = totals(tree, everyState(tree));
        const once = truncate(tree, { weight, maxNodes: 8 });
        const twice = truncate(once, { weight: totals(once, everyState(once)), maxNodes: 4 });
        expect(totals(twice, everyState(twice))[0]).toBe(weight[0]);
        const hidden = twice.elidedNodes.reduce((sum, count) => sum + count, 0);
        expect(hidden + twice.length).toBe(tree.length);
      }),
    );
  });

  test('stays a tree within bounds whatever the weights are', () => {
    const anyWeight = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, 1e308, 5e-324));
    fc.assert(
      fc.property(
        anySamples(),
        fc.array(anyWeight, { minLength: 250, maxLength: 250 }),
        fc.nat(20),
        (samples, weights, maxNodes) => {
          const tree = treeFrom(samples);
          const weight = Float64Array.from(weights.slice(0, tree.length));
          const cut = truncate(tree, { weight, maxNodes });
          expectSound(cut);
          expect(cut.length).toBeLessThanOrEqual(Math.max(1, maxNodes));
        },
      ),
    );
  });

  test('shows what was cut where it was cut', () => {
    const tree = treeOf(`
      main   main   main   main
      parse  parse  parse  log
      read   read   lex
    `);
    const cut = truncate(tree, { weight: totals(tree, tree.columns[0]!), maxNodes: 4 });
    expect(draw(cut)).toBe('main 4 +1 cut\n  parse 3 +1 cut\n    read 2');
  });
});

describe('other ways to look at a tree', () => {
  test('a subtree hangs below the root', () => {
    fc.assert(
      fc.property(anySamples(), fc.nat(), (samples, pick) => {
        const tree = treeFrom(samples);
        const node = pick % tree.length;
        const below = subtree(tree, node);
        expectSound(below);
        const skip = Math.max(0, depths(tree)[node]! - 1);
        const expected = samples
          .filter((sample) => startsWith(sample, pathKey(tree, node)))
          .map((sample) => ({ ...sample, path: sample.path.slice(skip) }));
        expect(weightsOf(below)).toEqual(slowWeights(expected));
      }),
    );
  });

  test('callees start at the outermost place of the frame', () => {
    fc.assert(
      fc.property(anySamples(), (samples) => {
        const tree = treeFrom(samples);
        const row = tree.frames.name.indexOf('a');
        if (row < 0) return;
        const below = callees(tree, row);
        expectSound(below);
        const expected = samples
          .filter((sample) => sample.path.includes('a'))
          .map((sample) => ({ ...sample, path: sample.path.slice(sample.path.indexOf('a')) }));
        expect(weightsOf(below)).toEqual(slowWeights(expected));
      }),
    );
  });

  test('callers are the reversed way to the outermost place of the frame', () => {
    fc.assert(
      fc.property(anySamples(), (samples) => {
        const tree = treeFrom(samples);
        const row = tree.frames.name.indexOf('a');
        if (row < 0) return;
        const above = callers(tree, row);
        expectSound(above);
        const expected = samples
          .filter((sample) => sample.path.includes('a'))
          .map((sample) => ({
            ...sample,
            path: sample.path.slice(0, sample.path.indexOf('a') + 1).reverse(),
          }));
        expect(weightsOf(above)).toEqual(slowWeights(expected));
      }),
    );
  });

  test('past their limit callers are elided, and no weight is lost', () => {
    fc.assert(
      fc.property(anySamples(), fc.integer({ min: 1, max: 20 }), (samples, maxNodes) => {
        const tree = treeFrom(samples);
        const row = tree.frames.name.indexOf('a');
        if (row < 0) return;
        const above = callers(tree, row, maxNodes);
        expectSound(above);
        expect(above.length).toBeLessThanOrEqual(maxNodes);
        const expected = samples.filter((sample) => sample.path.includes('a'));
        expect(totals(above, everyState(above))[0]).toBe(weightOf(expected));
      }),
    );
  });

  test('weight that was cut from a tree has its callers as well', () => {
    const tree = treeOf(`
      main  main
      a     b
    `);
    const cut = truncate(tree, { weight: totals(tree, tree.columns[0]!), maxNodes: 2 });
    expect(draw(callers(cut, tree.frames.name.indexOf('main')))).toBe('main 2');
  });

  test('states sum up, and a missing measure is zero everywhere', () => {
    fc.assert(
      fc.property(anySamples(), (samples) => {
        const tree = treeFrom(samples);
        const column = sumStates(tree, 'cpu', ['RUNNABLE', 'WAITING']);
        const expected = samples.filter(({ state }) => state !== 'IDLE');
        const busy = expected.map((sample) => ({ ...sample, state: 'UNKNOWN' as const }));
        expect(weightsOf({ ...tree, columns: [column] })).toEqual(slowWeights(busy));
        expect(sumStates(tree, 'alloc_bytes', ['RUNNABLE']).self.every((x) => x === 0)).toBe(true);
      }),
    );
  });
});

describe('order', () => {
  const slowOrder = (tree: CallTree, before: (a: number, b: number) => number): number[] => {
    const visit = (node: number): number[] => [
      node,
      ...nodes(tree)
        .filter((child) => tree.parent[child] === node)
        .sort(before)
        .flatMap(visit),
    ];
    return visit(0);
  };

  test('goes depth first, with siblings heavy first or by name', () => {
    fc.assert(
      fc.property(anySamples(), (samples) => {
        const tree = treeFrom(samples);
        const total = totals(tree, everyState(tree));
        const byName = (a: number, b: number) => (nameOf(tree, a) < nameOf(tree, b) ? -1 : 1);
        expect([...preorder(tree, total, 'name')]).toEqual(slowOrder(tree, byName));
        const heavy = slowOrder(tree, (a, b) => total[b]! - total[a]! || byName(a, b));
        expect([...preorder(tree, total, 'heavy')]).toEqual(heavy);
      }),
    );
  });
});

describe('many siblings', () => {
  const fan = (weights: readonly number[]): CallTree => {
    const frames = new FrameTableBuilder();
    const builder = new CallTreeBuilder(frames);
    for (const i of weights.keys()) builder.child(0, frames.row(`f${i}`, '', '', 'other'));
    const self = Float64Array.from([0, ...weights]);
    return builder.build([{ measure: knownMeasures.cpu, state: 'RUNNABLE', self }]);
  };
  const anyWeights = fc.array(
    fc.oneof(fc.double({ min: 0, max: 1e300, noNaN: true }), fc.nat(3), fc.nat(2 ** 31)),
    { minLength: 1, maxLength: 80 },
  );

  test('are ordered as a plain sort would', () => {
    fc.assert(
      fc.property(anyWeights, (weights) => {
        const tree = fan(weights);
        const total = totals(tree, tree.columns[0]!);
        const expected = nodes(tree)
          .slice(1)
          .sort((a, b) => total[b]! - total[a]! || (nameOf(tree, a) < nameOf(tree, b) ? -1 : 1));
        expect([...preorder(tree, total, 'heavy')]).toEqual([0, ...expected]);
      }),
    );
  });

  test('are truncated as a plain sort would, to the last bit of their weights', () => {
    fc.assert(
      fc.property(anyWeights, fc.nat(80), (weights, maxNodes) => {
        const tree = fan(weights);
        const total = totals(tree, tree.columns[0]!);
        const cut = truncate(tree, { weight: total, maxNodes });
        const heaviest = weights.toSorted((a, b) => b - a).slice(0, Math.max(0, maxNodes - 1));
        const kept = [...cut.columns[0]!.self.slice(1)].sort((a, b) => b - a);
        expect(kept).toEqual(heaviest.map(Math.abs));
      }),
    );
  });
});

describe('size', () => {
  test('a stack of 100,000 calls overflows nothing', () => {
    const deep = Array.from({ length: 100_000 }, (_, i) => `f${i % 1000}`);
    const tree = treeFrom([
      { path: deep, line: 1, weight: 5, state: 'RUNNABLE' },
      { path: ['start', ...deep], line: 1, weight: 5, state: 'RUNNABLE' },
    ]);
    expect(tree.length).toBe(200_002);
    const column = everyState(tree);
    const total = totals(tree, column);
    expect(total[0]).toBe(10);
    expect(frameWeights(tree, column).total[tree.frames.name.indexOf('f7')]).toBe(10);
    expect(preorder(tree, total, 'heavy').length).toBe(tree.length);
    expect(truncate(tree, { weight: total, maxNodes: 5000 }).length).toBe(5000);
    expect(callers(tree, tree.frames.name.indexOf('f999')).length).toBeGreaterThan(1000);
    expect(callees(tree, tree.frames.name.indexOf('f0')).length).toBe(100_001);
    expect(mergeTrees([tree, tree]).length).toBe(tree.length);
    expect(difference(tree, tree).a.length).toBe(tree.length);
    expect(subtree(tree, 1).length).toBe(100_001);
  });

  test('a tree whose every leaf becomes a path when turned over is cut at the limit', () => {
    const frames = new FrameTableBuilder();
    const leaf = frames.row('leaf', '', '', 'other');
    const builder = new CallTreeBuilder(frames);
    let node = 0;
    const leaves: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      node = builder.child(node, frames.row(`f${i}`, '', '', 'other'));
      leaves.push(builder.child(node, leaf));
    }
    const self = new Float64Array(builder.length);
    for (const each of leaves) self[each] = 1;
    const tree = builder.build([{ measure: knownMeasures.cpu, state: 'RUNNABLE', self }]);
    const over = callers(tree, leaf, 100_000);
    expect(over.length).toBe(100_000);
    expect(totals(over, over.columns[0]!)[0]).toBe(20_000);
  });
});

describe('the builder', () => {
  test('finds any child again, through every growth', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.nat(40)), { maxLength: 6000, size: 'max' }),
        (asks) => {
          const frames = new FrameTableBuilder();
          for (let i = 0; i < 41; i++) frames.row(`f${i}`, '', '', 'other');
          const builder = new CallTreeBuilder(frames);
          const slow = new Map<string, number>();
          for (const [pick, frame] of asks) {
            const parent = pick % builder.length;
            const known = slow.get(`${parent} ${frame}`);
            expect(builder.find(parent, frame)).toBe(known ?? -1);
            const node = builder.child(parent, frame);
            expect(node).toBe(known ?? slow.size + 1);
            slow.set(`${parent} ${frame}`, node);
          }
          expect(builder.build().length).toBe(slow.size + 1);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('may go on after a build, which keeps what it was', () => {
    const frames = new FrameTableBuilder();
    const builder = new CallTreeBuilder(frames);
    const main = builder.child(0, frames.row('main', '', '', 'other'), 4);
    const before = builder.build();
    builder.child(main, frames.row('parse', '', '', 'other'));
    builder.child(0, frames.row('main', '', '', 'other'), 2, 9);
    const after = builder.build();
    expect([before.length, after.length]).toEqual([2, 3]);
    expect([before.frames.length, after.frames.length]).toEqual([2, 3]);
    expect([before.lineFrom[1], before.lineTo[1]]).toEqual([4, 4]);
    expect([after.lineFrom[1], after.lineTo[1]]).toEqual([2, 9]);
  });
});
