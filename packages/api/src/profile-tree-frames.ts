import { type CallTree, type FrameTable, frameIds, Problem, runtimes } from '@everflame/model';
import { corrupt } from './profile-tree-header.ts';
import {
  type ColumnReader,
  type ColumnType,
  expectColumns,
  type Layout,
  type NamedValues,
} from './profile-tree-layout.ts';

/** Frames that some node shows, the root's first, then as they are met; and each node's row among them. */
export function framesInUse(tree: CallTree, rows: Int32Array) {
  const renumbered = new Uint32Array(tree.frames.length);
  const frames = [0];
  const frameOfNode = new Uint32Array(rows.length);
  for (let at = 1; at < rows.length; at++) {
    const frame = tree.frame[rows[at]!]!;
    if (frame !== 0 && renumbered[frame] === 0) renumbered[frame] = frames.push(frame) - 1;
    frameOfNode[at] = renumbered[frame]!;
  }
  return { frames, frameOfNode };
}

/** The text of these frames, each string once in the order of its first use, and the frame columns. */
export function encodeFrames(table: FrameTable, frames: readonly number[]) {
  const ids = frameIds(table);
  const strings = new Map<string, number>([['', 0]]);
  const row = (text: string): number => {
    const known = strings.get(text);
    if (known !== undefined) return known;
    strings.set(text, strings.size);
    return strings.size - 1;
  };
  const columns: NamedValues[] = [
    ['name', Uint32Array.from(frames, (frame) => row(table.name[frame]!))],
    ['file', Uint32Array.from(frames, (frame) => row(table.file[frame]!))],
    ['module', Uint32Array.from(frames, (frame) => row(table.module[frame]!))],
    ['runtime', Uint32Array.from(frames, (frame) => table.runtime[frame]!)],
    ['id', BigUint64Array.from(frames, (frame) => ids[frame]!)],
  ];
  const text = new TextEncoder().encode([...strings.keys()].map(escaped).join('\n'));
  return { text, columns };
}

/** Reads what `encodeFrames` wrote. */
export function decodeFrames(
  reader: ColumnReader,
  layout: Layout,
): { frames: FrameTable; frameId: BigUint64Array<ArrayBuffer> } {
  const strings = stringsOf(reader.section(layout.textBytes));
  const length = layout.frames;
  const types = expectColumns(layout.frameColumns, ['name', 'file', 'module', 'runtime', 'id']);
  const texts = (type: ColumnType): string[] =>
    Array.from(reader.u32(type, length), (row) => {
      const text = strings[row];
      if (text === undefined) throw corrupt(`String ${row} of ${strings.length} is named.`);
      return text;
    });
  const name = texts(types[0]!);
  const file = texts(types[1]!);
  const module = texts(types[2]!);
  const runtime = Uint8Array.from(reader.u32(types[3]!, length), (row) => {
    if (row >= runtimes.length) throw corrupt(`Runtime ${row} is not known.`);
    return row;
  });
  const frameId = reader.u64(types[4]!, length);
  if (name[0] !== '') throw corrupt('Frame 0 is not the root.');
  return { frames: { length, name, file, module, runtime }, frameId };
}

function stringsOf(bytes: Uint8Array): string[] {
  let text: string;
  try {
    // A byte order mark is a character here: a name may begin with one.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Problem('corrupt-profile', 'The names are not UTF-8.', { cause });
  }
  const strings = text.split('\n');
  return text.includes('\\') ? strings.map(unescaped) : strings;
}

const escaped = (text: string): string =>
  /[\\\n]/.test(text) ? text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n') : text;

const unescaped = (text: string): string =>
  text.replace(/\\([\\n])/g, (_, letter) => (letter === 'n' ? '\n' : '\\'));
