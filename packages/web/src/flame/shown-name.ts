import type { FlameTree } from './flame-tree.ts';

/** What every agent's nameless functions are called (model/normalise.ts). */
const nameless = '(anonymous)';

export const baseName = (file: string): string => file.slice(file.search(/[^/\\]*$/));

/** A file as short as it can be shown, with its line where that is known. */
export const shortPlace = (file: string, line: number): string =>
  line > 0 ? `${baseName(file)}:${line}` : baseName(file);

/** A function without a name is known by where it is: `(anonymous) app.js:8`. `line` is 0 where it is not known. */
export const shownName = (name: string, file: string, line: number): string =>
  name === nameless && file !== '' ? `${name} ${shortPlace(file, line)}` : name;

/** The name of a node as it is shown; the root is `all`. */
export function nameOfNode({ frames, frame, source }: FlameTree, node: number): string {
  if (node === 0) return 'all';
  const row = frame[node]!;
  return shownName(frames.name[row]!, frames.file[row]!, source.lineFrom[node]!);
}

/** Whether two nodes of one frame may be shown by different names. */
export const isNameless = ({ frames, frame }: FlameTree, node: number): boolean =>
  frames.name[frame[node]!] === nameless;
