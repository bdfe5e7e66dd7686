import {
  FrameTableBuilder,
  knownMeasures,
  type Measure,
  Problem,
  type Runtime,
  type ThreadState,
  threadStates,
} from '@everflame/model';
import type { Limits } from '../format.ts';
import { normalisedFrame } from '../normalised-frame.ts';
import { StackTableBuilder } from '../stack-table-builder.ts';
import { type Fields, fieldsOf, isObject } from './metadata.ts';

/** The counter of agents that do not tell states apart. */
export const WALL_TIME = 'WALL_TIME';

/** A count of a node, before weights. */
export interface Count {
  readonly stack: number;
  readonly count: number;
  readonly measure: Measure;
  /** Undefined where the counter is WALL_TIME, which says nothing. */
  readonly state: ThreadState | undefined;
}

/** Reads a call graph without recursion: stacks of real programs are a thousand frames deep. */
export class CallGraphReader {
  readonly frames = new FrameTableBuilder();
  readonly stacks: StackTableBuilder;
  readonly counts: Count[] = [];
  hasLines = false;
  readonly #limits: Limits;
  readonly #runtime: Runtime;
  readonly #customs = new Map<string, Measure>();

  constructor(limits: Limits, runtime: Runtime) {
    this.#limits = limits;
    this.#runtime = runtime;
    this.stacks = new StackTableBuilder(limits);
  }

  read(root: unknown): void {
    const open: { readonly node: Fields; readonly stack: number }[] = [
      { node: node(root), stack: 0 },
    ];
    for (let next = open.pop(); next; next = open.pop()) {
      this.#readCounts(next.node.counts, next.stack);
      for (const [name, value] of Object.entries(fieldsOf(next.node.children))) {
        const child = node(value);
        open.push({ node: child, stack: this.#stack(next.stack, name, child) });
      }
    }
  }

  #stack(parent: number, name: string, { file, line }: Fields): number {
    const frame = this.#frame(name, typeof file === 'string' ? file : '');
    const lines = Array.isArray(line) ? line.filter(isLine) : [];
    const first = lines[0] ?? 0;
    const last = lines.at(-1) ?? first;
    if (first !== 0) this.hasLines = true;
    // A row of its own for the last line, without samples: nodes learn their range from such rows.
    if (last !== first) this.stacks.child(parent, this.stacks.site(frame, last));
    return this.stacks.child(parent, this.stacks.site(frame, first));
  }

  #frame(name: string, file: string): number {
    const { stringLength } = this.#limits;
    const longest = Math.max(name.length, file.length);
    if (longest > stringLength) {
      throw new Problem(
        'string-too-long',
        `A name has ${longest} characters; at most ${stringLength} are accepted.`,
      );
    }
    const shown = normalisedFrame(this.#runtime, { name, file });
    return this.frames.row(shown.name, shown.file, shown.module, this.#runtime);
  }

  #readCounts(counts: unknown, stack: number): void {
    for (const [counter, count] of Object.entries(fieldsOf(counts))) {
      if (typeof count !== 'number') {
        throw new Problem('corrupt-profile', `The counter ${counter} is no number.`);
      }
      if (!Number.isFinite(count) || count < 0) {
        throw new Problem('invalid-value', `The counter ${counter} is ${count}.`);
      }
      if (count === 0) continue;
      this.counts.push({ stack, count, ...this.#meaning(counter) });
      if (this.counts.length > this.#limits.samples) throw new Problem('too-many-samples');
    }
  }

  #meaning(counter: string): Pick<Count, 'measure' | 'state'> {
    const state = threadStates.find((known) => known === counter);
    if (counter === WALL_TIME || state) return { measure: knownMeasures.wall, state };
    if (counter.length > this.#limits.stringLength) throw new Problem('string-too-long');
    const measure = this.#customs.get(counter) ?? {
      id: `custom:${counter}`,
      unit: 'count',
      temporality: 'delta',
    };
    if (this.#customs.size === MAX_COUNTERS && !this.#customs.has(counter)) {
      throw new Problem('corrupt-profile', `More than ${MAX_COUNTERS} unknown counters.`);
    }
    this.#customs.set(counter, measure);
    return { measure, state: undefined };
  }
}

/** Each becomes a column as long as the table of samples. */
const MAX_COUNTERS = 16;

const isLine = (line: unknown): line is number =>
  Number.isInteger(line) && (line as number) > 0 && (line as number) < 2 ** 32;

function node(value: unknown): Fields {
  if (isObject(value)) return value;
  throw new Problem('corrupt-profile', 'A node of the call graph is no object.');
}
