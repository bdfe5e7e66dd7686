import type { CallTree, Column } from './call-tree.ts';
import type { Runtime } from './frame-table.ts';
import { FrameTableBuilder } from './frame-table-builder.ts';
import { callTreeOf } from './from-profile.ts';
import { knownMeasures, type Measure, type ThreadState, threadStates } from './measure.ts';
import { preorder } from './order.ts';
import { depths } from './path.ts';
import type { Profile } from './profile.ts';
import { totals } from './totals.ts';

/** What the drawing does not show. Arrays are by column of the drawing. */
export interface PictureOptions {
  readonly measure?: Measure;
  readonly weights?: readonly number[];
  readonly states?: readonly ThreadState[];
  readonly runtime?: Runtime;
}

/**
 * A profile drawn as text, for tests: a column is a sample, the first row is what the thread entered
 * first. `name:12` is a frame at line 12.
 *
 *     main   main   main
 *     parse  parse  render
 *     read
 */
export function profileOf(picture: string, options: PictureOptions = {}): Profile {
  const { measure = knownMeasures.cpu, weights, states, runtime = 'other' } = options;
  const frames = new FrameTableBuilder();
  const stacks = { parent: [-1], frame: [0], line: [0] };
  const rows = new Map<string, number>();
  const leaves = samplesOf(picture).map((names) =>
    names.reduce((parent, text) => {
      const [, name = text, line = '0'] = /^(.+?)(?::(\d+))?$/.exec(text) ?? [];
      const frame = frames.row(name, '', '', runtime);
      const key = `${parent} ${frame} ${line}`;
      const row = rows.get(key) ?? stacks.parent.push(parent) - 1;
      rows.set(key, row);
      stacks.frame[row] = frame;
      stacks.line[row] = Number(line);
      return row;
    }, 0),
  );
  const length = leaves.length;
  return {
    format: 'picture',
    runtime,
    labels: {},
    frames: frames.build(),
    stacks: {
      length: stacks.parent.length,
      parent: Int32Array.from(stacks.parent),
      frame: Uint32Array.from(stacks.frame),
      line: Uint32Array.from(stacks.line),
    },
    threads: [{ name: '' }],
    labelSets: [{}],
    links: [{}],
    measures: [measure],
    samples: {
      length,
      stack: Uint32Array.from(leaves),
      thread: new Uint32Array(length),
      state: Uint8Array.from(leaves, (_, i) => threadStates.indexOf(states?.[i] ?? 'UNKNOWN')),
      labelSet: new Uint32Array(length),
      link: new Uint32Array(length),
      count: new Float64Array(length).fill(1),
      values: [Float64Array.from(leaves, (_, i) => weights?.[i] ?? 1)],
    },
    facts: [],
    quality: { lines: 'exact', warnings: [] },
  };
}

/** The tree of such a drawing. */
export const treeOf = (picture: string, options: PictureOptions = {}): CallTree =>
  callTreeOf(profileOf(picture, options));

/**
 * A tree as text, for tests: a node a line, heaviest first, with its total; `+2 cut` where weight was
 * elided. Without a column, the sum of all. The root shows only if it has weight of its own.
 */
export function draw(source: CallTree | Profile, column?: Column): string {
  const tree = 'stacks' in source ? callTreeOf(source) : source;
  const columns = column ? [column] : tree.columns;
  const self = sumOf(tree.length, columns, 'self');
  const elided = sumOf(tree.length, columns, 'elided');
  const total = totals(tree, { self, elided });
  const depth = depths(tree);
  const lines: string[] = [];
  for (const node of preorder(tree, total, 'heavy')) {
    if (node === 0 && self[0] === 0 && elided[0] === 0) continue;
    const name = node === 0 ? '(root)' : tree.frames.name[tree.frame[node]!]!;
    const cut = elided[node] === 0 ? '' : ` +${elided[node]} cut`;
    lines.push(`${'  '.repeat(Math.max(0, depth[node]! - 1))}${name} ${total[node]}${cut}`);
  }
  return lines.join('\n');
}

function sumOf(length: number, columns: readonly Column[], part: 'self' | 'elided') {
  const sum = new Float64Array(length);
  for (const column of columns) {
    for (const [node, weight] of column[part]?.entries() ?? []) sum[node]! += weight;
  }
  return sum;
}

/** Names by column, top to bottom. A cell belongs to the column under whose start it lies. */
function samplesOf(picture: string): string[][] {
  const rows = picture.split('\n').filter((row) => row.trim() !== '');
  const cells = rows.map((row) => [...row.matchAll(/\S+/g)]);
  const starts = cells[0]?.map((cell) => cell.index) ?? [];
  const samples: string[][] = starts.map(() => []);
  for (const [text, index] of cells.flat().map((cell) => [cell[0], cell.index] as const)) {
    samples[starts.findLastIndex((start) => start <= index)]?.push(text);
  }
  return samples;
}
