import { callTreeOfProfileTree, type ProfileTree } from '@everflame/api/profile-tree';
import { type FrameTable, preorder, type SiblingOrder } from '@everflame/model';
import { type FlameTree, flameTree } from './flame-tree.ts';

/** The same tree with siblings heaviest first, or by name, which keeps its places when weights change. */
export function ordered(tree: FlameTree, order: SiblingOrder): FlameTree {
  if (order === 'heavy' && tree.isHeavyFirst) return tree;
  const { source } = tree;
  const rows = preorder(callTreeOfProfileTree(source), tree.total, order);
  const whole = (from: Uint32Array) => Uint32Array.from(rows, (row) => from[row]!);
  const weights = (from: Float64Array) => Float64Array.from(rows, (row) => from[row]!);
  return flameTree({
    ...source,
    header: { ...source.header, order },
    depth: whole(source.depth),
    frame: whole(source.frame),
    lineFrom: whole(source.lineFrom),
    lineTo: whole(source.lineTo),
    elidedNodes: whole(source.elidedNodes),
    states: source.states.map(({ state, self, elided }) => ({
      state,
      self: weights(self),
      ...(elided && { elided: weights(elided) }),
    })),
  });
}

/**
 * `tree` with the node and everything below it replaced by `detail`, in which that node is the only
 * child of the root: how elided callees are filled in. Both sides may number their frames differently.
 */
export function spliced(tree: FlameTree, node: number, detail: FlameTree): FlameTree {
  const outer = tree.source;
  const inner = detail.source;
  const { frames, frameId, renumbered } = united(outer, inner);
  const end = node + tree.size[node]!;
  const added = detail.length - 1;
  const below = tree.depth[node]! - 1;

  const join = <A extends Uint32Array | Float64Array>(
    into: A,
    [around, within]: readonly [A, A],
    changed: (value: number) => number,
  ): A => {
    into.set(around.subarray(0, node));
    for (let i = 0; i < added; i++) into[node + i] = changed(within[i + 1]!);
    into.set(around.subarray(end, tree.length), node + added);
    return into;
  };
  const length = tree.length - (end - node) + added;
  const same = (value: number) => value;
  const whole = (key: 'depth' | 'frame' | 'lineFrom' | 'lineTo' | 'elidedNodes', changed = same) =>
    join(new Uint32Array(length), [outer[key], inner[key]], changed);
  const weights = (around: Float64Array | undefined, within: Float64Array | undefined) =>
    join(
      new Float64Array(length),
      [around ?? new Float64Array(tree.length), within ?? new Float64Array(detail.length)],
      same,
    );

  const names = new Set([...outer.states, ...inner.states].map(({ state }) => state));
  return flameTree({
    header: outer.header,
    frames,
    frameId,
    length,
    depth: whole('depth', (value) => value + below),
    frame: whole('frame', (value) => renumbered[value]!),
    lineFrom: whole('lineFrom'),
    lineTo: whole('lineTo'),
    elidedNodes: whole('elidedNodes'),
    states: [...names].map((state) => {
      const around = outer.states.find((column) => column.state === state);
      const within = inner.states.find((column) => column.state === state);
      return {
        state,
        self: weights(around?.self, within?.self),
        elided: weights(around?.elided, within?.elided),
      };
    }),
  });
}

/** The frames of both, those of `outer` first, and where those of `inner` went. */
function united(outer: ProfileTree, inner: ProfileTree) {
  const rowOf = new Map([...outer.frameId].map((id, row) => [id, row]));
  const fresh: number[] = [];
  const renumbered = Uint32Array.from(inner.frameId, (id, row) => {
    const known = row === 0 ? 0 : rowOf.get(id);
    return known ?? outer.frames.length + fresh.push(row) - 1;
  });
  const texts = (key: 'name' | 'file' | 'module') => [
    ...outer.frames[key],
    ...fresh.map((row) => inner.frames[key][row]!),
  ];
  const frames: FrameTable = {
    length: outer.frames.length + fresh.length,
    name: texts('name'),
    file: texts('file'),
    module: texts('module'),
    runtime: Uint8Array.from([
      ...outer.frames.runtime,
      ...fresh.map((row) => inner.frames.runtime[row]!),
    ]),
  };
  const frameId = BigUint64Array.from([
    ...outer.frameId,
    ...fresh.map((row) => inner.frameId[row]!),
  ]);
  return { frames, frameId, renumbered };
}
