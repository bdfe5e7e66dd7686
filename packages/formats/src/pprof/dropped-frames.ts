import type { FrameTable, StackTable } from '@everflame/model';

const MAX_PATTERN = 4096;
/** Names are matched by their beginning only: what lies further decides nothing in real patterns. */
const MAX_NAME = 512;

/**
 * A pattern of an upload as a matcher of whole names; undefined where it is none that is surely cheap.
 * JavaScript's expressions backtrack, so an uploaded `(a+)+$` could hold a server for hours: only
 * alternatives without groups and with one repetition (and a last `.*`) are taken, which covers what
 * profilers write.
 */
export function wholeName(pattern: string): RegExp | undefined {
  if (pattern === '' || pattern.length > MAX_PATTERN) return undefined;
  if (!pattern.split('|').every(isCheap)) return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`, 's');
  } catch {
    return undefined;
  }
}

/** Steps of matching, a character and an alternative each: some seconds. Real patterns take a thousandth. */
const MAX_STEPS = 2e9;

/** Each alternative looks at each name: thousands of one and a million of the other take hours. */
export function isAffordable({ name }: FrameTable, { drop, keep }: Patterns): boolean {
  const alternatives = `${drop.source}|${keep?.source ?? ''}`.split('|').length;
  const characters = name.reduce((sum, text) => sum + Math.min(text.length, MAX_NAME), 0);
  return alternatives * characters <= MAX_STEPS;
}

function isCheap(alternative: string): boolean {
  const plain = alternative
    .replace(/\\./g, '_')
    .replace(/\[[^\]]*\]/g, '_')
    .replace(/\.\*$/, '');
  return !/[(){}]/.test(plain) && (plain.match(/[*+?]/g) ?? []).length <= 1;
}

/**
 * pprof's drop_frames: a matching frame and all it called go, unless keep_frames matches as well, and
 * unless nothing above it is left. Gives the row that each stack is cut back to.
 */
export function cutBack(stacks: StackTable, frames: FrameTable, patterns: Patterns): Uint32Array {
  const isDropped = frames.name.map((name) => {
    const head = name.slice(0, MAX_NAME);
    return patterns.drop.test(head) && !patterns.keep?.test(head);
  });
  const rowOf = new Uint32Array(stacks.length);
  const hasKept = new Uint8Array(stacks.length);
  for (let row = 1; row < stacks.length; row++) {
    const parent = stacks.parent[row]!;
    const isCut = rowOf[parent] !== parent;
    const dropped = isDropped[stacks.frame[row]!]!;
    hasKept[row] = dropped ? hasKept[parent]! : 1;
    rowOf[row] = isCut || (dropped && hasKept[parent] === 1) ? rowOf[parent]! : row;
  }
  return rowOf;
}

export interface Patterns {
  readonly drop: RegExp;
  readonly keep: RegExp | undefined;
}
