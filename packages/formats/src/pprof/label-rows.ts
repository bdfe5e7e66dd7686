import {
  type Labels,
  type Link,
  Problem,
  type Thread,
  type ThreadState,
  threadStates,
} from '@everflame/model';
import type { Limits } from '../format.ts';
import { PairTable } from '../pair-table.ts';
import { THREAD_STATE } from './private-fields.ts';
import type { ProtoReader } from './proto-reader.ts';
import type { StringTable } from './string-table.ts';
import { integerField } from './symbols.ts';

// What a label's key says about its sample. The first eight are slots: a sample has one value of each.
const THREAD_NAME = 0;
const THREAD_ID = 1;
const OS_THREAD_ID = 2;
const TRACE = 3;
const SPAN = 4;
/** Datadog's ids are decimal. */
const DATADOG_SPAN = 5;
const DATADOG_ROOT_SPAN = 6;
const ENDPOINT = 7;
const SLOTS = 8;
const STATE = 8;
const DIMENSION = 9;
const IGNORED = 10;

const roles: Readonly<Record<string, number>> = {
  [THREAD_STATE]: STATE,
  thread: THREAD_NAME,
  'thread name': THREAD_NAME,
  thread_name: THREAD_NAME,
  'thread.name': THREAD_NAME,
  'thread id': THREAD_ID,
  thread_id: THREAD_ID,
  'thread.id': THREAD_ID,
  tid: THREAD_ID,
  'os thread id': OS_THREAD_ID,
  trace_id: TRACE,
  'trace id': TRACE,
  span_id: SPAN,
  'span id': DATADOG_SPAN,
  profile_id: SPAN,
  'local root span id': DATADOG_ROOT_SPAN,
  'trace endpoint': ENDPOINT,
  span_name: ENDPOINT,
  // A time is no dimension: each sample has its own.
  end_timestamp_ns: IGNORED,
};

/** Label sets grow label by label, and a link is a tree of pairs. A flood of labels in one sample is refused. */
const ROWS_PER_SAMPLE = 16;

/** Where no label says what the thread did. */
export const NOT_SAID = 255;

/**
 * Sorts the labels of samples into threads, links, states and label sets, each kept once. Texts stay
 * rows of the string table and are made only for what is distinct: there are as many spans as requests.
 */
export class LabelRows {
  /** Of the sample last read: rows of `threads` and `links`. `labelSet` becomes a row by `labelSets`. */
  thread = 0;
  link = 0;
  labelSet = 0;
  /** Index into `threadStates`, or NOT_SAID. */
  state = NOT_SAID;

  readonly #strings: StringTable;
  readonly #roleOf: (number | undefined)[] = [];
  /** A string's row; -1 - i for the number `#numbers[i]`; 0 for none. */
  readonly #slots = new Int32Array(SLOTS);
  #hasSlots = false;
  readonly #numbers: (number | bigint)[] = [];
  readonly #numberRows = new Map<number | bigint, number>();
  /** (key, text), and (smaller set, pair). */
  readonly #pairs: PairTable;
  readonly #sets: PairTable;
  readonly #threads: PairTable;
  /** Links as a tree of pairs: ((trace, span), (Datadog's span, its root)), endpoint. */
  readonly #ids: PairTable;
  readonly #links: PairTable;

  readonly #most: number;

  constructor(strings: StringTable, limits: Limits) {
    this.#strings = strings;
    this.#most = limits.samples * ROWS_PER_SAMPLE;
    const table = () => new PairTable(this.#most, 'too-many-samples');
    this.#pairs = table();
    this.#sets = table();
    this.#threads = table();
    this.#ids = table();
    this.#links = table();
  }

  /** Before the labels of another sample. */
  start(): void {
    this.thread = 0;
    this.link = 0;
    this.labelSet = 0;
    this.state = NOT_SAID;
    if (this.#hasSlots) this.#slots.fill(0);
    this.#hasSlots = false;
  }

  /** One Label message; the reader stands in it. */
  read(reader: ProtoReader): void {
    let key = 0;
    let text = 0;
    let number = -1;
    while (reader.pos < reader.end) {
      switch (integerField(reader)) {
        case 1:
          key = reader.varint();
          break;
        case 2:
          text = reader.varint();
          break;
        case 3:
          number = reader.pos;
          reader.varint();
          break;
        default:
          reader.skip();
      }
    }
    // A row beyond the table would not fit the integers of the tables here.
    if (text >= this.#strings.length) text = 0;
    const role = this.#role(key);
    if (role < SLOTS) {
      this.#hasSlots = true;
      this.#slots[role] = text === 0 && number >= 0 ? this.#number(reader, number) : text;
    }
    if (text !== 0) this.#noteText(role, key, text);
  }

  /** After the labels of a sample. */
  finish(): void {
    if (!this.#hasSlots) return;
    const slots = this.#slots;
    const id = slots[THREAD_ID] || slots[OS_THREAD_ID]!;
    if (id !== 0 || slots[THREAD_NAME] !== 0) {
      this.thread = this.#threads.row(slots[THREAD_NAME]!, id);
    }
    if (
      slots[TRACE] ||
      slots[SPAN] ||
      slots[DATADOG_SPAN] ||
      slots[DATADOG_ROOT_SPAN] ||
      slots[ENDPOINT]
    ) {
      const ids = this.#ids;
      const open = ids.row(slots[TRACE]!, slots[SPAN]!);
      const datadog = ids.row(slots[DATADOG_SPAN]!, slots[DATADOG_ROOT_SPAN]!);
      this.link = this.#links.row(ids.row(open, datadog), slots[ENDPOINT]!);
    }
  }

  threads(): Thread[] {
    const threads: Thread[] = [{ name: '' }];
    for (let row = 1; row < this.#threads.length; row++) {
      const name = String(this.#value(this.#threads.first(row)) ?? '');
      const id = this.#value(this.#threads.second(row));
      threads.push(id === undefined ? { name } : { name, id: String(id) });
    }
    return threads;
  }

  links(): Link[] {
    const links: Link[] = [{}];
    for (let row = 1; row < this.#links.length; row++) {
      const ids = this.#links.first(row);
      const open = this.#ids.first(ids);
      const datadog = this.#ids.second(ids);
      const fields = {
        traceId: hexId(this.#value(this.#ids.first(open))),
        spanId:
          hexId(this.#value(this.#ids.second(open))) ??
          hexId(fromDecimal(this.#value(this.#ids.first(datadog)))),
        localRootSpanId: hexId(fromDecimal(this.#value(this.#ids.second(datadog)))),
        endpoint: this.#value(this.#links.second(row))?.toString(),
      };
      links.push(
        Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
      );
    }
    return links;
  }

  /**
   * The label sets of these samples; their `labelSet`s become rows of what is given back. The order in
   * which labels were written does not count.
   */
  labelSets(samples: Uint32Array): Labels[] {
    const labelSets: Labels[] = [{}];
    const rowOf = new Map<number, number>([[0, 0]]);
    // By rows of the string table, not by text: a hundred thousand sets may share one text of 64 kB.
    const known = new Map<string, number>();
    const rowOfText = new Map<string, number>();
    const unique = (row: number): number => {
      const text = this.#strings.text(row);
      const first = rowOfText.get(text) ?? row;
      if (first === row) rowOfText.set(text, row);
      return first;
    };
    for (let sample = 0; sample < samples.length; sample++) {
      const set = samples[sample]!;
      if (set === 0) continue;
      let row = rowOf.get(set);
      if (row === undefined) {
        const entries = this.#entries(set, unique);
        const key = entries.flat().join();
        row = known.get(key) ?? labelSets.push(this.#labels(entries)) - 1;
        known.set(key, row);
        rowOf.set(set, row);
      }
      samples[sample] = row;
    }
    return labelSets;
  }

  /** Rows of keys and texts, in the order of the keys' rows; of a key that is repeated the last counts. */
  #entries(set: number, unique: (row: number) => number): [key: number, text: number][] {
    const entries = new Map<number, number>();
    for (let at = set; at !== 0; at = this.#sets.first(at)) {
      const pair = this.#sets.second(at);
      const key = unique(this.#pairs.first(pair));
      if (!entries.has(key)) entries.set(key, unique(this.#pairs.second(pair)));
    }
    return [...entries].sort(([a], [b]) => a - b);
  }

  /** Sorted by key. */
  #labels(entries: readonly [key: number, text: number][]): Labels {
    const labels = entries.map(
      ([key, text]) => [this.#strings.text(key), this.#strings.text(text)] as const,
    );
    return Object.fromEntries(labels.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #role(key: number): number {
    const known = this.#roleOf[key];
    if (known !== undefined) return known;
    if (key >= this.#strings.length) return IGNORED;
    const name = this.#strings.text(key);
    const isReserved = name === '' || name.startsWith('pprof::');
    const role = isReserved ? IGNORED : Object.hasOwn(roles, name) ? roles[name]! : DIMENSION;
    this.#roleOf[key] = role;
    return role;
  }

  #noteText(role: number, key: number, text: number): void {
    // Numbers without a role are sizes and times: endless, so no dimension. An endpoint is few enough.
    if (role === DIMENSION || role === ENDPOINT) {
      this.labelSet = this.#sets.row(this.labelSet, this.#pairs.row(key, text));
    } else if (role === STATE) {
      const state = threadStates.indexOf(this.#strings.text(text) as ThreadState);
      this.state = state < 0 ? NOT_SAID : state;
    }
  }

  /** The integer at a place already passed, exact: span ids fill all 64 bits. */
  #number(reader: ProtoReader, position: number): number {
    const back = reader.pos;
    reader.pos = position;
    const number = reader.id();
    reader.pos = back;
    const known = this.#numberRows.get(number);
    if (known !== undefined) return known;
    const row = -this.#numbers.push(number);
    if (this.#numbers.length > this.#most) throw new Problem('too-many-samples');
    this.#numberRows.set(number, row);
    return row;
  }

  #value(row: number): string | number | bigint | undefined {
    if (row === 0) return undefined;
    return row > 0 ? this.#strings.text(row) : this.#numbers[-1 - row];
  }
}

type Value = string | number | bigint | undefined;

/** 16 lowercase hex digits, as tracers print them; text is taken as it is. */
const hexId = (id: Value): string | undefined =>
  typeof id === 'string' || id === undefined ? id : id.toString(16).padStart(16, '0');

const fromDecimal = (id: Value): Value =>
  typeof id === 'string' && /^\d{1,20}$/.test(id) ? BigInt(id) : id;
