/** What a function looks like in folded text, once its decorations are off. */
export interface FrameText {
  readonly name: string;
  readonly file: string;
  /** 0 where unknown. */
  readonly line: number;
}

export interface ThreadText {
  readonly name: string;
  readonly id?: string;
}

/** "_[j]" compiled, "_[i]" inlined, "_[k]" kernel, "_[0]" interpreted, "_[1]" C1: how, not what. */
const annotation = /_\[[jik01]\]$/;
/** py-spy and rbspy: "func (file.py:123)". */
const withFile = /^(.*) \(([^()]*?)(?::(\d+))?\)$/;

export function frameText(text: string): FrameText {
  const name = text.replace(annotation, '');
  if (!name.endsWith(')')) return { name, file: '', line: 0 };
  const [, func, file, line] = withFile.exec(name) ?? [];
  // "operator new (unsigned long)" has a space before its bracket as well: a file has a dot or a line.
  const isFile =
    func !== undefined && file !== undefined && (line !== undefined || /\.\w+$|^</.test(file));
  return isFile
    ? { name: func, file, line: Number(line ?? 0) % 2 ** 32 }
    : { name, file: '', line: 0 };
}

/** async-profiler: "[batch-0 tid=23465]". */
const asyncProfilerThread = /^\[(.*?)(?: tid=(\d+))?\]$/;
/** py-spy: 'Thread 0x7F00 "worker"', 'thread (0x7F00): worker'. */
const pySpyThread = /^[Tt]hread \(?(0x[0-9A-Fa-f]+|\d+)\)?:? ?"?(.*?)"?$/s;

/** A first frame that is a thread and no function; undefined where it is a function. */
export function threadText(text: string): ThreadText | undefined {
  const [, name, id] = asyncProfilerThread.exec(text) ?? [];
  // Without an id it may be "[unknown]" or "[vdso]", which are functions of a sort.
  if (name !== undefined && id !== undefined) return { name, id };
  const [, pyId, pyName] = pySpyThread.exec(text) ?? [];
  return pyId === undefined ? undefined : { name: pyName || pyId, id: pyId };
}
