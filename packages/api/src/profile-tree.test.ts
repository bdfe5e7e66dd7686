import {
  type CallTree,
  CallTreeBuilder,
  type Column,
  draw,
  FrameTableBuilder,
  frameIds,
  knownMeasures,
  mergeTrees,
  Problem,
  sumStates,
  type ThreadState,
  threadStates,
  totals,
  treeOf,
  truncate,
} from '@everflame/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  callTreeOfProfileTree,
  decodeProfileTree,
  deriveTree,
  encodeProfileTree,
  type ProfileTree,
  type ProfileTreeSource,
} from './profile-tree.ts';

const header: ProfileTreeSource['header'] = {
  fromMs: 1_700_000_000_000,
  toMs: 1_700_000_300_000,
  tier: 'PT5M',
  count: 12,
  profiles: 3,
  treeNodes: 7,
};

const measure = knownMeasures.cpu;

const encoded = (tree: ProfileTreeSource['tree'], order: 'heavy' | 'name' = 'heavy') =>
  encodeProfileTree({ tree, measure, order, header });

const anyName = fc.oneof(
  fc.constantFrom('main', 'a\nb', 'a\\nb', '\\', '\uFEFFbom', 'näme', '🔥', '__proto__', '<b>'),
  fc.string({ maxLength: 5 }),
);
const anyWeight = fc.oneof(
  fc.nat(200),
  fc.nat(60_000),
  fc.integer({ min: 0, max: 2 ** 40 }),
  // Halves add up exactly in any order, so that the invariant can be tested to the last bit.
  fc.nat(2 ** 20).map((weight) => weight / 2),
);
const anySample = fc.record({
  path: fc.array(anyName, { maxLength: 6 }),
  line: fc.constantFrom(0, 1, 300, 70_000),
  weight: anyWeight,
  state: fc.constantFrom<ThreadState>('RUNNABLE', 'WAITING', 'UNKNOWN'),
});
type Sample = typeof anySample extends fc.Arbitrary<infer T> ? T : never;

function treeFrom(samples: readonly Sample[]): CallTree {
  const frames = new FrameTableBuilder();
  const builder = new CallTreeBuilder(frames);
  const leaves = samples.map(({ path, line }) =>
    path.reduce(
      (node, name) => builder.child(node, frames.row(name || 'x', name, '', 'nodejs'), line),
      0,
    ),
  );
  const columns = (['RUNNABLE', 'WAITING', 'UNKNOWN'] as const).map((state): Column => {
    const self = new Float64Array(builder.length);
    for (const [i, sample] of samples.entries()) {
      if (sample.state === state) self[leaves[i]!]! += sample.weight;
    }
    return { measure, state, self };
  });
  return builder.build(columns);
}

const anyTree = fc
  .tuple(fc.array(anySample, { maxLength: 25 }), fc.option(fc.nat(20)))
  .map(([samples, maxNodes]): ProfileTreeSource['tree'] => {
    const tree = treeFrom(samples);
    if (maxNodes === null) return tree;
    return truncate(tree, { weight: totals(tree, sumStates(tree, 'cpu', threadStates)), maxNodes });
  });

/** Node → its path of function identities and all that is known of it. */
function contents(tree: ProfileTreeSource['tree']) {
  const ids = frameIds(tree.frames);
  const paths: string[] = [];
  for (let node = 0; node < tree.length; node++) {
    const row = tree.frame[node]!;
    const above = node === 0 ? '' : paths[tree.parent[node]!];
    paths.push(`${above}/${ids[row]} ${JSON.stringify(tree.frames.name[row])}`);
  }
  return paths
    .map((path, node) => ({
      path,
      lines: [tree.lineFrom[node], tree.lineTo[node]],
      first: tree.firstOnPath[node],
      elidedNodes: tree.elidedNodes?.[node] ?? 0,
      weights: tree.columns.map((c) => [c.state, c.self[node], c.elided?.[node]]),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The invariant, node by node, from children found the slow way. */
function expectInvariant(tree: ProfileTree): void {
  for (const states of [undefined, ['WAITING'] as const]) {
    const { parent, size, self, elided, total, x } = deriveTree(tree, states);
    for (let node = 0; node < tree.length; node++) {
      const rows = Array.from(parent.keys());
      const children = rows.filter((child) => parent[child] === node);
      const below = children.reduce((sum, child) => sum + total[child]!, 0);
      expect(total[node]).toBeCloseTo(self[node]! + elided[node]! + below, 3);
      expect(size[node]).toBe(children.reduce((sum, child) => sum + size[child]!, 1));
      let left = x[node]!;
      for (const child of children) {
        expect(x[child]).toBeCloseTo(left, 3);
        expect(tree.depth[child]).toBe(tree.depth[node]! + 1);
        left += total[child]!;
      }
    }
  }
}

describe('a tree that crosses the wire', () => {
  test('comes out as it went in, in preorder', () => {
    fc.assert(
      fc.property(anyTree, fc.constantFrom('heavy' as const, 'name' as const), (tree, order) => {
        const decoded = decodeProfileTree(encoded(tree, order));
        const { elidedNodes } = decoded;
        expect(contents({ ...callTreeOfProfileTree(decoded), elidedNodes })).toEqual(
          contents(tree),
        );
        expect(decoded.header).toMatchObject({ ...header, order, measure: 'cpu', unit: 'ns' });
        expect([...decoded.frameId]).toEqual([...frameIds(decoded.frames)]);
        expectInvariant(decoded);
      }),
    );
  });

  test('encodes to the same bytes again', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const bytes = encoded(tree);
        const decoded = decodeProfileTree(bytes);
        const again = { ...callTreeOfProfileTree(decoded), elidedNodes: decoded.elidedNodes };
        expect(encoded(again)).toEqual(bytes);
      }),
    );
  });

  test('says its total, and what was cut', () => {
    const tree = treeOf(`
      main   main   main
      parse  parse  render
    `);
    const cut = truncate(tree, { weight: totals(tree, tree.columns[0]!), maxNodes: 3 });
    const decoded = decodeProfileTree(encoded(cut));
    expect(decoded.header).toMatchObject({ total: 3, elidedNodes: 1 });
    expect(decoded.frames.name).toEqual(['', 'main', 'parse']);
    expect(draw(callTreeOfProfileTree(decoded))).toBe('main 3 +1 cut\n  parse 2');
  });

  test('puts the heaviest sibling first, and knows where each begins', () => {
    const decoded = decodeProfileTree(
      encoded(treeOf('log parse parse parse render render', { runtime: 'nodejs' })),
    );
    expect(Array.from(decoded.frame, (row) => decoded.frames.name[row])).toEqual([
      '',
      'parse',
      'render',
      'log',
    ]);
    expect([...deriveTree(decoded).x]).toEqual([0, 0, 3, 5]);
    expect([...deriveTree(decoded, ['IDLE']).total]).toEqual([0, 0, 0, 0]);
  });

  test('may be a root alone', () => {
    const decoded = decodeProfileTree(encoded(mergeTrees([])));
    expect([decoded.length, decoded.frames.length, decoded.states.length]).toEqual([1, 1, 0]);
    expect([...deriveTree(decoded).total]).toEqual([0]);
  });

  test('leaves out columns of other measures', () => {
    const tree = mergeTrees([treeOf('main'), treeOf('main', { measure: knownMeasures.wall })]);
    expect(decodeProfileTree(encoded(tree)).states.length).toBe(1);
  });

  test('takes an ArrayBuffer, and bytes at any offset', () => {
    const bytes = encoded(treeOf('main'));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeProfileTree(shifted.subarray(3))).toEqual(decodeProfileTree(bytes.buffer));
  });

  test('a stack of 100,000 calls is no harder than any', () => {
    const builder = new CallTreeBuilder(new FrameTableBuilder());
    let node = 0;
    for (let i = 0; i < 100_000; i++) node = builder.child(node, 0);
    const self = new Float64Array(builder.length).fill(1);
    const tree = builder.build([{ measure, state: 'RUNNABLE', self }]);
    const decoded = decodeProfileTree(encoded(tree));
    expect(deriveTree(decoded).total[0]).toBe(100_001);
    expect(decoded.depth[100_000]).toBe(100_000);
  });
});

const sample = (): Uint8Array<ArrayBuffer> => {
  const picture = `
    main   main   main   main
    parse  parse  render  log
    read   lex    näme\\
  `;
  const weights = [1, 300, 70_000, 2.5];
  const tree = treeOf(picture, { weights, states: ['RUNNABLE', 'WAITING', 'RUNNABLE', 'IDLE'] });
  return encoded(truncate(tree, { weight: totals(tree, tree.columns[0]!), maxNodes: 5 }));
};

/** Either a Problem or a tree that keeps its promises. */
function survives(bytes: Uint8Array): void {
  let tree: ProfileTree;
  try {
    tree = decodeProfileTree(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    return;
  }
  expectInvariant(tree);
  expect(Array.from(tree.frame).every((row) => row < tree.frames.length)).toBe(true);
}

const codeOf = (bytes: Uint8Array): string => {
  try {
    decodeProfileTree(bytes);
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'no problem';
};

/** The sample with its header changed. */
function withHeader(change: (header: Record<string, unknown>) => void): Uint8Array {
  const bytes = sample();
  const end = 8 + new DataView(bytes.buffer).getUint32(4, true);
  const fields = JSON.parse(new TextDecoder().decode(bytes.subarray(8, end)));
  change(fields);
  const json = JSON.stringify(fields);
  const padded = json.padEnd(Math.ceil(json.length / 8) * 8);
  const head = new Uint8Array(8 + padded.length);
  head.set(bytes.subarray(0, 4));
  new DataView(head.buffer).setUint32(4, padded.length, true);
  head.set(new TextEncoder().encode(padded), 8);
  return Uint8Array.from([...head, ...bytes.subarray(end)]);
}

describe('bytes that are not a tree', () => {
  test('a tree cut short anywhere is a problem', () => {
    const bytes = sample();
    for (let i = 0; i < 200; i++) {
      const length = Math.floor((bytes.length * i) / 200);
      expect(codeOf(bytes.subarray(0, length))).toMatch(/^(truncated|corrupt)-profile$/);
    }
  });

  test('every byte changed gives a problem or a tree that keeps its promises', () => {
    const bytes = sample();
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const broken = bytes.slice();
        broken[at]! ^= flip;
        survives(broken);
      }
    }
  });

  test('noise gives a problem', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => survives(noise)));
    const magic = Uint8Array.of(0x50, 0x54, 0x52, 0x31);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) =>
        survives(Uint8Array.from([...magic, ...noise])),
      ),
    );
  });

  test('a header with anything in any field gives a problem or a tree', () => {
    const fields = Object.keys(decodeProfileTree(sample()).header).concat('root');
    const layout = ['textBytes', 'frames', 'nodes', 'frameColumns', 'nodeColumns'];
    fc.assert(
      fc.property(fc.constantFrom(...fields, ...layout), fc.jsonValue(), (name, value) => {
        survives(
          withHeader((head) => {
            if (fields.includes(name)) head[name] = value;
            else (head.layout as Record<string, unknown>)[name] = value;
          }),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('promises of billions of nodes cost nothing', () => {
    for (const field of ['nodes', 'frames', 'textBytes']) {
      const bytes = withHeader((head) => {
        (head.layout as Record<string, unknown>)[field] = 4_294_967_295;
      });
      expect(codeOf(bytes)).toBe('truncated-profile');
    }
  });

  test('each contradiction is named', () => {
    expect(codeOf(new TextEncoder().encode('{"n":16176,"k":3144}'))).toBe('corrupt-profile');
    expect(codeOf(Uint8Array.from([...sample(), ...new Uint8Array(8)]))).toBe('corrupt-profile');
    const wrongTotal = withHeader((head) => {
      head.total = 5;
    });
    expect(codeOf(wrongTotal)).toBe('corrupt-profile');
    const twice = withHeader((head) => {
      const { nodeColumns } = head.layout as { nodeColumns: [string, string][] };
      nodeColumns[6]![0] = 'self.RUNNABLE';
    });
    expect(codeOf(twice)).toBe('corrupt-profile');
  });

  test('weights that are negative or not numbers are a problem', () => {
    const tree = treeOf('main main2', { weights: [0.5, 2.5] });
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const bytes = encoded(tree);
      const view = new DataView(bytes.buffer);
      // The last column is self: f64, three nodes.
      view.setFloat64(bytes.length - 8, wrong, true);
      expect(codeOf(bytes)).toBe('corrupt-profile');
    }
  });
});
