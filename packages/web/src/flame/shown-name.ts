import type { FlameTree } from './flame-tree.ts';

/** What nameless functions are called, with the line they begin at where it is known (model/normalise.ts). */
const nameless = /^\(anonymous(?::(\d+))?\)$/;

export const baseName = (file: string): string => file.slice(file.search(/[^/\\]*$/));

/** A file as short as it can be shown, with its line where that is known. */
export const shortPlace = (file: string, line: number): string =>
  line > 0 ? `${baseName(file)}:${line}` : baseName(file);

/** A function without a name is known by where it is: `(anonymous) app.js:8`. `line` is 0 where it is not known. */
export function shownName(name: string, file: string, line: number): string {
  const found = nameless.exec(name);
  if (!found || file === '') return name;
  return `(anonymous) ${shortPlace(file, Number(found[1] ?? line))}`;
}

/** The name of a node as it is shown; the root is `all`. */
export function nameOfNode({ frames, frame, source }: FlameTree, node: number): string {
  if (node === 0) return 'all';
  const row = frame[node]!;
  return shownName(frames.name[row]!, frames.file[row]!, source.lineFrom[node]!);
}

/** Whether two nodes of one frame may be shown by different names. */
export const isNameless = ({ frames, frame }: FlameTree, node: number): boolean =>
  nameless.test(frames.name[frame[node]!]!);
