import { grown, Problem } from '@everflame/model';
import type { Limits } from '../format.ts';
import { ProtoReader, type Spans, VARINT } from './proto-reader.ts';
import { StringTable } from './string-table.ts';

/** Where the parts of a profile lie: samples refer to what follows them. */
export interface Sections {
  readonly reader: ProtoReader;
  readonly strings: StringTable;
  readonly sampleTypes: Spans;
  readonly samples: Spans;
  readonly mappings: Spans;
  readonly locations: Spans;
  readonly functions: Spans;
  readonly comments: readonly number[];
  /** Start and end of the ValueType; empty where the file has none. */
  readonly periodType: Spans;
  /** The plain fields by number: 7, 8 string rows; 9, 10, 12 integers. 0 where absent. */
  readonly scalars: readonly number[];
}

type SpanName =
  | 'sampleTypes'
  | 'samples'
  | 'mappings'
  | 'locations'
  | 'functions'
  | 'texts'
  | 'periodType';

const spanNames: Readonly<Record<number, SpanName>> = {
  1: 'sampleTypes',
  2: 'samples',
  3: 'mappings',
  4: 'locations',
  5: 'functions',
  6: 'texts',
  11: 'periodType',
};
const COMMENT = 13;

/** The richest producers write about twenty. Each costs eight bytes a sample. */
const MAX_SAMPLE_TYPES = 32;
const MAX_COMMENTS = 10_000;

/** One pass over the top level, which decodes nothing but the few plain fields. */
export function sectionsOf(bytes: Uint8Array, limits: Limits): Sections {
  const reader = new ProtoReader(bytes);
  const lists: Record<SpanName, SpanList> = {
    sampleTypes: new SpanList(),
    samples: new SpanList(),
    mappings: new SpanList(),
    locations: new SpanList(),
    functions: new SpanList(),
    texts: new SpanList(),
    periodType: new SpanList(),
  };
  // By field number: this loop meets every sample.
  const most = mostMessages(limits);
  const fields = Array.from({ length: 16 }, (_, field) => spanNames[field]);
  const listOf = fields.map((name) => name && lists[name]);
  const mostOf = fields.map((name) => (name ? most[name] * 2 : 0));
  const comments: number[] = [];
  const scalars = new Array<number>(16).fill(0);
  while (reader.pos < reader.end) {
    const field = reader.tag();
    const into = listOf[field];
    if (into !== undefined) {
      const end = reader.delimited();
      into.push(reader.pos, end);
      reader.pos = end;
      // At once, not at the end: an empty message is two bytes and would become sixteen and more.
      if (into.length > mostOf[field]!) throw tooMany(spanNames[field]!, mostOf[field]! / 2);
    } else if (field === COMMENT) pushIntegers(reader, comments);
    else if (field < scalars.length && reader.wire === VARINT) scalars[field] = reader.int64();
    else reader.skip();
  }
  const { texts, ...rest } = Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [name, list.spans()]),
  ) as Record<SpanName, Spans>;
  const strings = new StringTable(bytes, texts, limits.stringLength);
  return { reader, strings, comments, scalars, ...rest };
}

const mostMessages = ({ samples, nodes }: Limits): Record<SpanName, number> => ({
  sampleTypes: MAX_SAMPLE_TYPES,
  samples,
  mappings: nodes,
  locations: nodes,
  functions: nodes,
  // A function has a name, a system name and a file, a sample has labels of its own.
  texts: nodes * 3 + samples * 2,
  periodType: nodes,
});

function tooMany(name: SpanName, most: number): Problem {
  if (name === 'sampleTypes')
    return new Problem('corrupt-profile', `More than ${most} sample types.`);
  const code = name === 'samples' ? 'too-many-samples' : 'too-many-nodes';
  return new Problem(code, `The profile has more than ${most} ${name}.`);
}

/** A repeated integer, packed or not: writers mix both. */
function pushIntegers(reader: ProtoReader, into: number[]): void {
  if (reader.wire === VARINT) into.push(reader.int64());
  else {
    const outer = reader.enter();
    while (reader.pos < reader.end && into.length <= MAX_COMMENTS) into.push(reader.int64());
    reader.leave(outer);
  }
  if (into.length > MAX_COMMENTS) {
    throw new Problem('corrupt-profile', `More than ${MAX_COMMENTS} comments.`);
  }
}

/** Grows by doubling; there are as many as samples, locations and functions. */
class SpanList {
  #data = new Int32Array(64);
  length = 0;

  push(start: number, end: number): void {
    if (this.length === this.#data.length) this.#data = grown(this.#data, Int32Array);
    this.#data[this.length++] = start;
    this.#data[this.length++] = end;
  }

  spans(): Spans {
    return this.#data.subarray(0, this.length);
  }
}
