import { wilson } from '@everflame/model';
import { plusMinus } from '../show/quantity.ts';
import { type FlameTree, pathTo } from './flame-tree.ts';
import type { Hit } from './hit.ts';
import { placeAmongSiblings } from './neighbours.ts';
import { places } from './search.ts';
import { nameOfNode } from './shown-name.ts';

/** What is said of a node, in a tooltip, in the strip below the picture, and aloud. */
export interface Description {
  readonly name: string;
  /** File and lines; '' where no file is known. */
  readonly where: string;
  /** '' where it is the file. */
  readonly module: string;
  readonly total: number;
  readonly self: number;
  /** Of the whole tree. */
  readonly share: number;
  /** Half the 95 % interval of `share`; '' where there is no doubt, or nothing to tell it by. */
  readonly spread: string;
  readonly selfShare: number;
  readonly states: readonly { readonly state: string; readonly share: number }[];
  /** Nodes of this tree that show the same frame. */
  readonly places: number;
  readonly depth: number;
  readonly place: readonly [number, number];
}

export function description(tree: FlameTree, node: number): Description {
  const { frames, source } = tree;
  const frame = tree.frame[node]!;
  const file = frames.file[frame]!;
  const module = frames.module[frame]!;
  const total = tree.total[node]!;
  const whole = tree.total[0]! || 1;
  const share = total / whole;
  const [low, high] = wilson(share, source.header.count);
  return {
    name: nameOfNode(tree, node),
    where: placeOf(file, source.lineFrom[node]!, source.lineTo[node]!),
    // Node.js calls its own modules what it calls their files.
    module: module === file ? '' : module,
    total,
    self: tree.self[node]!,
    share,
    // The whole is the whole, however little was sampled.
    spread: node === 0 || source.header.count === 0 ? '' : plusMinus(low, high),
    selfShare: tree.self[node]! / whole,
    states: tree.states
      .map((state) => ({ state: state.state, share: state.total[node]! / (total || 1) }))
      .filter((state) => state.share > 0),
    places: places(tree, frame),
    depth: tree.depth[node]!,
    place: placeAmongSiblings(tree, node),
  };
}

function placeOf(file: string, from: number, to: number): string {
  if (file === '' || from === 0) return file;
  return to > from ? `${file}:${from}–${to}` : `${file}:${from}`;
}

/** Callees that were cut off below a node. */
export function cutOff(tree: FlameTree, { node }: Hit): { nodes: number; share: number } {
  const whole = tree.total[0]! || 1;
  return { nodes: tree.source.elidedNodes[node]!, share: tree.elided[node]! / whole };
}

/** The stack of a node as text, callers first, for the clipboard. */
export const stackText = (tree: FlameTree, node: number): string =>
  pathTo(tree, node)
    .filter((at) => at > 0)
    .map((at) => nameOfNode(tree, at))
    .join('\n');
