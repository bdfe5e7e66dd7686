import type { CallTree, Column } from './call-tree.ts';
import { CallTreeBuilder } from './call-tree-builder.ts';
import { totals } from './totals.ts';

const defaultMaxNodes = 4_000_000;

/**
 * Who called a frame: root → frame → its callers → their callers. Weights are the totals of the frame's
 * outermost places, and lie as self where a path ends at the thread's entry point; nothing counts twice.
 *
 * Each place becomes a path as long as it was deep, which can multiply the tree. Past `maxNodes` paths
 * end early, and their weight is `elided` there.
 */
export function callers(tree: CallTree, frame: number, maxNodes = defaultMaxNodes): CallTree {
  const builder = new CallTreeBuilder(tree.frames);
  const paths: TurnedPath[] = [];
  for (let node = 1; node < tree.length; node++) {
    const isPlace = tree.frame[node] === frame && tree.firstOnPath[node] === 1;
    if (isPlace) paths.push(turnedPath(tree, node, { builder, maxNodes }));
  }
  const isWhole = paths.every((path) => path.isWhole);
  const columns = tree.columns.map((column): Column => {
    const { measure, state } = column;
    const total = totals(tree, column);
    const self = new Float64Array(builder.length);
    const elided = new Float64Array(builder.length);
    for (const path of paths) (path.isWhole ? self : elided)[path.end]! += total[path.start]!;
    return isWhole ? { measure, state, self } : { measure, state, self, elided };
  });
  return builder.build(columns);
}

interface TurnedPath {
  /** Node of the tree. */
  readonly start: number;
  /** Node of the turned tree. */
  readonly end: number;
  readonly isWhole: boolean;
}

/** The way from a node up to the root, made downwards in the builder. */
function turnedPath(
  { parent, frame, lineFrom, lineTo }: CallTree,
  start: number,
  { builder, maxNodes }: { readonly builder: CallTreeBuilder; readonly maxNodes: number },
): TurnedPath {
  let end = 0;
  for (let node = start; node > 0; node = parent[node]!) {
    if (builder.length >= maxNodes && builder.find(end, frame[node]!) < 0) {
      return { start, end, isWhole: false };
    }
    end = builder.child(end, frame[node]!, lineFrom[node]!, lineTo[node]!);
  }
  return { start, end, isWhole: true };
}
