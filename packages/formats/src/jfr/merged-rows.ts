import type { Measure, SampleTable } from '@everflame/model';
import type { Limits } from '../format.ts';
import { PairTable } from '../pair-table.ts';
import { sampleRows, withinReason } from '../sample-rows.ts';

const STATES = 32;

/**
 * A row for each stack, thread, state and kind of event: an hour's recording has millions of events, but
 * few of them differ.
 */
export class MergedRows {
  readonly #limits: Limits;
  readonly #threads: PairTable;
  readonly #rows: PairTable;
  #counts = new Float64Array(256);
  readonly #columns = new Map<Measure, Float64Array>();

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#threads = new PairTable(limits.samples, 'too-many-samples');
    this.#rows = new PairTable(limits.samples, 'too-many-samples');
  }

  /** `kind` keeps apart what is counted by different events. */
  row(stack: number, thread: number, state: number, kind: number): number {
    const place = this.#threads.row(stack, thread);
    const row = this.#rows.row(place, kind * STATES + state);
    if (row >= this.#counts.length) this.#counts = wider(this.#counts);
    return row;
  }

  /** How many observations stand behind what is added. */
  count(row: number, observations: number): void {
    this.#counts[row]! += atLeastNothing(observations);
  }

  add(row: number, measure: Measure, value: number): void {
    let column = this.#columns.get(measure);
    if (!column || row >= column.length) {
      const longer = new Float64Array(this.#counts.length);
      if (column) longer.set(column);
      this.#columns.set(measure, longer);
      column = longer;
    }
    column[row]! += atLeastNothing(value);
  }

  /** Of a level, not of a flow, the last counts. */
  forget(...measures: readonly Measure[]): void {
    for (const measure of measures) this.#columns.delete(measure);
  }

  get measures(): readonly Measure[] {
    return [...this.#columns.keys()];
  }

  /** `settle` makes a state of the one that a row was asked for with. */
  table(settle: (state: number, stack: number) => number): SampleTable {
    const length = this.#rows.length - 1;
    const columns = [...this.#columns.values()];
    const samples = sampleRows(length, columns.length, this.#limits);
    for (let at = 0; at < length; at++) {
      const thread = this.#rows.first(at + 1);
      const stack = this.#threads.first(thread);
      samples.stack[at] = stack;
      samples.thread[at] = this.#threads.second(thread);
      samples.state[at] = settle(this.#rows.second(at + 1) % STATES, stack);
      samples.count[at] = this.#counts[at + 1]!;
    }
    for (const [index, column] of columns.entries()) {
      samples.values[index]!.set(column.subarray(1, length + 1));
    }
    return withinReason(samples);
  }
}

/** Clocks of two cores may disagree a little, and a field may be missing. */
const atLeastNothing = (value: number): number => Math.max(value || 0, 0);

const wider = (column: Float64Array) => {
  const longer = new Float64Array(column.length * 2);
  longer.set(column);
  return longer;
};
