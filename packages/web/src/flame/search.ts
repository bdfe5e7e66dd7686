import type { FrameTable } from '@everflame/model';
import type { FlameTree } from './flame-tree.ts';

export interface Matches {
  /** 1 for every frame whose name, file or module contains the words. */
  readonly frames: Uint8Array;
  readonly frameCount: number;
  /** Matching nodes, in preorder. */
  readonly nodes: readonly number[];
  /** Weight under matching nodes; what lies below another match is not counted again. */
  readonly weight: number;
}

/** What stands for the file of a function that comes from none. */
const noFile = '(no file)';

/** `"name"`, in quotes: that name and no other; a file after it leaves out namesakes in other files. */
export const exactly = (name: string, file?: string): string =>
  file === undefined ? `"${name}"` : `"${name}" ${file || noFile}`;

/** What a quoted query asks for; undefined for words that may be anywhere. */
export function quoted(query: string): { name: string; file: string | undefined } | undefined {
  const [, name, file] = /^"(.+)"(?: ([^"]+))?$/s.exec(query.trim()) ?? [];
  return name === undefined ? undefined : { name, file: file === noFile ? '' : file };
}

/** Case does not matter outside of quotes. An empty query matches nothing. */
export function matches(tree: FlameTree, query: string): Matches {
  const frames = matchingFrames(tree.frames, query);
  const nodes: number[] = [];
  const seen = new Set<number>();
  let weight = 0;
  let covered = 0;
  for (let i = 0; i < tree.length; i++) {
    const frame = tree.frame[i]!;
    if (frames[frame] === 0) continue;
    nodes.push(i);
    seen.add(frame);
    if (i < covered) continue;
    weight += tree.total[i]!;
    covered = i + tree.size[i]!;
  }
  return { frames, frameCount: seen.size, nodes, weight };
}

function matchingFrames({ length, name, file, module }: FrameTable, query: string): Uint8Array {
  const frames = new Uint8Array(length);
  const exact = quoted(query);
  const words = query.trim().toLowerCase();
  if (words === '') return frames;
  const has = (text: string) => text.toLowerCase().includes(words);
  // Row 0 is the root, which is no function.
  for (let i = 1; i < length; i++) {
    const isMatch =
      exact === undefined
        ? has(name[i]!) || has(file[i]!) || has(module[i]!)
        : name[i] === exact.name && (exact.file === undefined || exact.file === file[i]);
    if (isMatch) frames[i] = 1;
  }
  return frames;
}

/** Nodes that show the same frame. */
export function places(tree: FlameTree, frame: number): number {
  let found = 0;
  for (let i = 0; i < tree.length; i++) if (tree.frame[i] === frame) found++;
  return found;
}
