import { type CallTree, runtimes } from '@everflame/model';
import { FUNCTION_RUNTIME, LINE_TO } from './private-fields.ts';
import { ProtoWriter } from './proto-writer.ts';

/** A string table under construction; row 0 is ''. */
export class Strings {
  readonly #rows = new Map<string, number>([['', 0]]);

  get texts(): Iterable<string> {
    return this.#rows.keys();
  }

  row(text: string): number {
    const known = this.#rows.get(text);
    if (known !== undefined) return known;
    const row = this.#rows.size;
    this.#rows.set(text, row);
    return row;
  }
}

/** A mapping per module; its id is the row of the module's name. */
export function writeMappings(out: ProtoWriter, { frames }: CallTree, strings: Strings): void {
  for (const module of new Set(frames.module)) {
    if (module === '') continue;
    const mapping = new ProtoWriter();
    mapping.integer(1, strings.row(module));
    mapping.integer(5, strings.row(module));
    // It has functions, file names and lines: tools need not look for a binary.
    for (const field of [7, 8, 9]) mapping.integer(field, 1);
    out.message(3, mapping);
  }
}

/** A location per node: a node has one frame and one range of lines. */
export function writeLocations(out: ProtoWriter, tree: CallTree, strings: Strings): void {
  const { frames, frame, lineFrom, lineTo } = tree;
  const location = new ProtoWriter();
  const line = new ProtoWriter();
  for (let node = 1; node < tree.length; node++) {
    line.clear().integer(1, frame[node]!);
    line.integer(2, lineFrom[node]!);
    if (lineTo[node]! > lineFrom[node]!) line.integer(LINE_TO, lineTo[node]!);
    location.clear().integer(1, node);
    const module = frames.module[frame[node]!]!;
    if (module !== '') location.integer(2, strings.row(module));
    location.message(4, line);
    out.message(4, location);
  }
}

/** A function per frame. */
export function writeFunctions(out: ProtoWriter, { frames }: CallTree, strings: Strings): void {
  const message = new ProtoWriter();
  for (let row = 1; row < frames.length; row++) {
    const name = strings.row(frames.name[row]!);
    message.clear().integer(1, row);
    message.integer(2, name);
    message.integer(3, name);
    message.integer(4, strings.row(frames.file[row]!));
    message.integer(FUNCTION_RUNTIME, strings.row(runtimes[frames.runtime[row]!]!));
    out.message(5, message);
  }
}
