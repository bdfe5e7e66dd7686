import { FrameTableBuilder, Problem, type Runtime, type Thread } from '@everflame/model';
import type { Hints, Limits } from '../format.ts';
import { normalisedFrame } from '../normalised-frame.ts';
import { runtimeOfFunctions } from '../runtime-of.ts';
import { StackTableBuilder } from '../stack-table-builder.ts';
import { frameText, threadText } from './frame-text.ts';

/** Enough stacks to tell what the program is written in. */
const RUNTIME_STACKS = 1000;

/** Turns stacks as text into rows, each distinct frame looked at once. */
export class StackReader {
  readonly frames = new FrameTableBuilder();
  readonly stacks: StackTableBuilder;
  readonly threads: Thread[] = [{ name: '' }];
  readonly runtime: Runtime;
  hasLines = false;
  /** Row in `threads` of the stack last read. */
  thread = 0;
  readonly #limits: Limits;
  readonly #sites = new Map<string, number>();
  /** Row of the thread by text; 0 where a first frame is none. */
  readonly #threadRows = new Map<string, number>();

  constructor(stacks: readonly { readonly stack: string }[], limits: Limits, hints: Hints) {
    this.stacks = new StackTableBuilder(limits);
    this.#limits = limits;
    this.runtime = hints.runtime ?? runtimeOfStacks(stacks.slice(0, RUNTIME_STACKS), limits);
  }

  stack(text: string): number {
    let row = 0;
    let depth = 0;
    for (let start = 0; start <= text.length; depth++) {
      if (depth > this.#limits.depth) {
        throw new Problem('stack-too-deep', `A stack has more than ${this.#limits.depth} frames.`);
      }
      const semicolon = text.indexOf(';', start);
      const end = semicolon < 0 ? text.length : semicolon;
      const frame = text.slice(start, end);
      if (depth === 0) this.thread = this.#threadRow(frame);
      if (frame !== '' && (depth > 0 || this.thread === 0)) {
        row = this.stacks.child(row, this.#site(frame));
      }
      start = end + 1;
    }
    return row;
  }

  #site(text: string): number {
    const known = this.#sites.get(text);
    if (known !== undefined) return known;
    if (text.length > this.#limits.stringLength) {
      const { stringLength } = this.#limits;
      throw new Problem(
        'string-too-long',
        `A name has ${text.length} characters; at most ${stringLength} are accepted.`,
      );
    }
    const plain = frameText(text);
    const { name, file, module } = normalisedFrame(this.runtime, plain);
    if (plain.line !== 0) this.hasLines = true;
    const site = this.stacks.site(this.frames.row(name, file, module, this.runtime), plain.line);
    this.#sites.set(text, site);
    if (this.#sites.size > this.#limits.nodes) throw new Problem('too-many-nodes');
    return site;
  }

  #threadRow(text: string): number {
    const known = this.#threadRows.get(text);
    if (known !== undefined) return known;
    const thread = threadText(text.slice(0, this.#limits.stringLength));
    const row = thread === undefined ? 0 : this.threads.push(thread) - 1;
    this.#threadRows.set(text, row);
    return row;
  }
}

function runtimeOfStacks(lines: readonly { readonly stack: string }[], limits: Limits): Runtime {
  const leaves = lines.map(({ stack }) =>
    frameText(stack.slice(stack.lastIndexOf(';') + 1).slice(0, limits.stringLength)),
  );
  return runtimeOfFunctions(leaves.length, (index) => leaves[index]!);
}
