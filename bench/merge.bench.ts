import {
  decodeProfileTree,
  deriveTree,
  encodeProfileTree,
} from '../packages/api/src/profile-tree.ts';
import {
  type CallTree,
  CallTreeBuilder,
  type Column,
  cpuStates,
  FrameTableBuilder,
  frameIds,
  frameWeights,
  knownMeasures,
  mergeTrees,
  nodeIds,
  preorder,
  sumStates,
  totals,
  truncate,
} from '../packages/model/src/index.ts';

/*
 * The call tree against the obvious one of objects and Maps, and the wire format against nested JSON.
 * Each contender runs in turn, several times over; the fastest run counts. Ratios are of one run.
 */

const repeats = Number(process.env.REPEATS ?? 7);
let seed = 42;
/** Uniform in 0…1, the same in every run. */
function random(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
}

const frames = new FrameTableBuilder();
for (let i = 0; i < 20_000; i++) {
  frames.row(`com.acme.Service${i % 900}.method${i}`, `Service${i % 900}.java`, 'acme', 'jvm');
}
const table = frames.build();

/**
 * A tree like those of real services: some tens of calls deep, few heavy branches, many light ones. Which
 * functions a function calls depends on the way there alone, so trees of one kind largely overlap.
 */
function randomTree(length: number): CallTree {
  const builder = new CallTreeBuilder(table);
  while (builder.length < length) {
    let node = 0;
    let way = 17;
    const depth = 10 + Math.floor(random() * 40);
    for (let level = 0; level < depth && builder.length < length; level++) {
      const choice = Math.floor(random() ** 8 * 6);
      way = Math.imul(way ^ choice, 0x9e3779b1) ^ (way >>> 13);
      node = builder.child(node, 1 + ((way >>> 8) % 19_999), level + choice);
    }
  }
  const self = new Float64Array(builder.length);
  for (let i = 0; i < length * 2; i++) self[Math.floor(random() * length)]! += 10_000_000;
  return builder.build([{ measure: knownMeasures.cpu, state: 'RUNNABLE', self }]);
}

/** The paths to random nodes of a tree, as one instance would see them in one profile. */
function partOf(whole: CallTree, length: number): CallTree {
  const builder = new CallTreeBuilder(table);
  const rowOf = new Int32Array(whole.length);
  const way: number[] = [];
  while (builder.length < length) {
    let node = Math.floor(random() * whole.length);
    for (; node > 0 && rowOf[node] === 0; node = whole.parent[node]!) way.push(node);
    for (let next = way.pop(); next !== undefined; next = way.pop()) {
      const line = whole.lineFrom[next]!;
      rowOf[next] = builder.child(rowOf[whole.parent[next]!]!, whole.frame[next]!, line);
    }
  }
  const self = new Float64Array(builder.length);
  for (let i = 0; i < length * 2; i++) self[Math.floor(random() * length)]! += 10_000_000;
  return builder.build([{ measure: knownMeasures.cpu, state: 'RUNNABLE', self }]);
}

type Contenders = Readonly<Record<string, () => unknown>>;

/** Milliseconds of the fastest run of each, run in turn. */
function fastest(contenders: Contenders): Record<string, number> {
  const best: Record<string, number> = {};
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [name, run] of Object.entries(contenders)) {
      const before = performance.now();
      run();
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, performance.now() - before);
    }
  }
  return best;
}

function report(title: string, count: number, ms: Record<string, number>): void {
  console.log(title);
  const [first] = Object.values(ms);
  for (const [name, time] of Object.entries(ms)) {
    const rate = (count / time / 1000).toFixed(1);
    console.log(
      `  ${name.padEnd(44)} ${time.toFixed(1).padStart(8)} ms ${rate.padStart(7)} M nodes/s ${(time / first!).toFixed(1).padStart(6)} ×`,
    );
  }
}

interface SlowNode {
  readonly frame: number;
  self: number;
  readonly children: Map<number, SlowNode>;
}

function slowMerge(trees: readonly CallTree[]): SlowNode {
  const root: SlowNode = { frame: 0, self: 0, children: new Map() };
  for (const tree of trees) {
    const places: SlowNode[] = [root];
    for (let node = 1; node < tree.length; node++) {
      const above = places[tree.parent[node]!]!;
      const frame = tree.frame[node]!;
      let place = above.children.get(frame);
      if (!place) {
        place = { frame, self: 0, children: new Map() };
        above.children.set(frame, place);
      }
      place.self += tree.columns[0]!.self[node]!;
      places.push(place);
    }
  }
  return root;
}

/** The same table with the keys in its slots: one place to look at, but four integers instead of one. */
function wideTableMerge(trees: readonly CallTree[]): number {
  let slots = new Int32Array(2048 * 4);
  let length = 1;
  const hash = (parent: number, frame: number) => {
    const h = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame, 0x85ebca77);
    return (h ^ (h >>> 15)) >>> 0;
  };
  const insert = (into: Int32Array, parent: number, frame: number, node: number) => {
    const mask = into.length / 4 - 1;
    let slot = hash(parent, frame) & mask;
    while (into[slot * 4 + 2] !== 0) slot = (slot + 1) & mask;
    into[slot * 4] = parent;
    into[slot * 4 + 1] = frame;
    into[slot * 4 + 2] = node;
  };
  const child = (parent: number, frame: number): number => {
    const mask = slots.length / 4 - 1;
    let at = (hash(parent, frame) & mask) * 4;
    while (slots[at + 2] !== 0) {
      if (slots[at] === parent && slots[at + 1] === frame) return slots[at + 2]!;
      at = (at + 4) & (slots.length - 1);
    }
    const node = length++;
    slots[at] = parent;
    slots[at + 1] = frame;
    slots[at + 2] = node;
    if (length * 8 === slots.length) {
      const larger = new Int32Array(slots.length * 2);
      for (let old = 0; old < slots.length; old += 4) {
        if (slots[old + 2] !== 0) insert(larger, slots[old]!, slots[old + 1]!, slots[old + 2]!);
      }
      slots = larger;
    }
    return node;
  };
  for (const tree of trees) {
    const rows = new Int32Array(tree.length);
    for (let node = 1; node < tree.length; node++) {
      rows[node] = child(rows[tree.parent[node]!]!, tree.frame[node]!);
    }
  }
  return length;
}

/** The builder alone, as wideTableMerge is. */
function builderMerge(trees: readonly CallTree[]): number {
  const builder = new CallTreeBuilder(table);
  for (const tree of trees) {
    const rows = new Int32Array(tree.length);
    for (let node = 1; node < tree.length; node++) {
      rows[node] = builder.child(rows[tree.parent[node]!]!, tree.frame[node]!);
    }
  }
  return builder.length;
}

interface JsonNode {
  name: string;
  file: string;
  value: number;
  children: JsonNode[];
}

function nestedJson(tree: CallTree, total: Float64Array): string {
  const nodes = Array.from(tree.frame, (frame, node): JsonNode => {
    const { name, file } = tree.frames;
    return { name: name[frame]!, file: file[frame]!, value: total[node]!, children: [] };
  });
  for (let node = 1; node < tree.length; node++)
    nodes[tree.parent[node]!]!.children.push(nodes[node]!);
  return JSON.stringify(nodes[0]);
}

function mergeBench(): void {
  const service = randomTree(8_000);
  const small = Array.from({ length: 40 }, () => partOf(service, 5_000));
  const fleet = randomTree(400_000);
  const large = Array.from({ length: 8 }, () => partOf(fleet, 250_000));
  const apart = small.map((tree) => ({ ...tree, frames: { ...table } }));
  for (const [title, trees] of [
    ['merge 40 trees of 5,000 nodes', small],
    ['merge 8 trees of 250,000 nodes', large],
  ] as const) {
    const count = trees.reduce((sum, tree) => sum + tree.length, 0);
    const merged = mergeTrees(trees);
    report(
      `${title} into ${merged.length}`,
      count,
      fastest({
        'mergeTrees (lines, weights, firstOnPath)': () => mergeTrees(trees),
        'builder alone': () => builderMerge(trees),
        'builder with keys in the slots': () => wideTableMerge(trees),
        'objects and Maps': () => slowMerge(trees),
      }),
    );
  }
  const count = apart.reduce((sum, tree) => sum + tree.length, 0);
  report('merge 40 trees of 5,000 nodes with 40 tables of 20,000 frames', count, {
    ...fastest({ mergeTrees: () => mergeTrees(apart) }),
  });
}

function treeBench(): void {
  const tree = randomTree(1_000_000);
  const column: Column = sumStates(tree, 'cpu', cpuStates);
  const weight = totals(tree, column);
  const ids = frameIds(table);
  report(
    'a tree of 1,000,000 nodes',
    tree.length,
    fastest({
      totals: () => totals(tree, column),
      frameWeights: () => frameWeights(tree, column, weight),
      'truncate to 16,384': () => truncate(tree, { weight, maxNodes: 16_384 }),
      'preorder, heavy': () => preorder(tree, weight, 'heavy'),
      nodeIds: () => nodeIds(tree, ids),
    }),
  );
  const header = {
    fromMs: 0,
    toMs: 1,
    tier: 'PT5M',
    count: 1,
    profiles: 1,
    treeNodes: tree.length,
  };
  const source = { tree, measure: knownMeasures.cpu, order: 'heavy', header } as const;
  const bytes = encodeProfileTree(source);
  const json = nestedJson(tree, weight);
  report(
    `encode 1,000,000 nodes: ${(bytes.length / 1e6).toFixed(1)} MB, nested JSON ${(json.length / 1e6).toFixed(1)} MB`,
    tree.length,
    fastest({
      encodeProfileTree: () => encodeProfileTree(source),
      'nested JSON, not even sorted': () => nestedJson(tree, weight),
    }),
  );
  report(
    'decode 1,000,000 nodes, ready to draw',
    tree.length,
    fastest({
      'decodeProfileTree and deriveTree': () => deriveTree(decodeProfileTree(bytes)),
      'JSON.parse alone': () => JSON.parse(json),
    }),
  );
}

mergeBench();
treeBench();
