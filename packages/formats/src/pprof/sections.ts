import { Problem } from '@everflame/model';
import type { Limits } from '../format.ts';
import { ProtoReader, VARINT } from './proto-reader.ts';
import { StringTable } from './string-table.ts';

/** Where the parts of a profile lie (start, end, start, end …): samples refer to what follows them. */
export interface Sections {
  readonly reader: ProtoReader;
  readonly strings: StringTable;
  readonly sampleTypes: readonly number[];
  readonly samples: readonly number[];
  readonly mappings: readonly number[];
  readonly locations: readonly number[];
  readonly functions: readonly number[];
  readonly comments: readonly number[];
  /** Start and end of the ValueType; undefined where the file has none. */
  readonly periodType: readonly number[];
  /** The plain fields by number: 7, 8 string rows; 9, 10, 12 integers. 0 where absent. */
  readonly scalars: readonly number[];
}

const spansOf = {
  1: 'sampleTypes',
  2: 'samples',
  3: 'mappings',
  4: 'locations',
  5: 'functions',
  11: 'periodType',
} as const;

/** One pass over the top level, which decodes nothing but the few plain fields. */
export function sectionsOf(bytes: Uint8Array, limits: Limits): Sections {
  const reader = new ProtoReader(bytes);
  const spans: Record<(typeof spansOf)[keyof typeof spansOf], number[]> = {
    sampleTypes: [],
    samples: [],
    mappings: [],
    locations: [],
    functions: [],
    periodType: [],
  };
  const texts: number[] = [];
  const comments: number[] = [];
  const scalars = new Array<number>(16).fill(0);
  while (reader.pos < reader.end) {
    const field = reader.tag();
    if (field in spansOf) {
      pushSpan(reader, spans[spansOf[field as keyof typeof spansOf]]);
    } else if (field === 6) pushSpan(reader, texts);
    else if (field === 13) pushIntegers(reader, comments);
    else if (field < scalars.length && reader.wire === VARINT) scalars[field] = reader.int64();
    else reader.skip();
  }
  refuseTooMany(spans, texts, limits);
  const strings = new StringTable(bytes, texts, limits.stringLength);
  return { reader, strings, comments, scalars, ...spans };
}

/** A repeated integer, packed or not: writers mix both. */
export function pushIntegers(reader: ProtoReader, into: number[]): void {
  if (reader.wire === VARINT) {
    into.push(reader.int64());
    return;
  }
  const outer = reader.enter();
  while (reader.pos < reader.end) into.push(reader.int64());
  reader.leave(outer);
}

function pushSpan(reader: ProtoReader, spans: number[]): void {
  const end = reader.delimited();
  spans.push(reader.pos, end);
  reader.pos = end;
}

/** Before anything is made of them: an empty message is two bytes and would become a hundred. */
function refuseTooMany(
  spans: { samples: number[]; locations: number[]; functions: number[]; sampleTypes: number[] },
  texts: number[],
  limits: Limits,
): void {
  if (spans.samples.length / 2 > limits.samples) {
    const length = spans.samples.length / 2;
    throw new Problem(
      'too-many-samples',
      `The profile has ${length} samples; at most ${limits.samples} are accepted.`,
    );
  }
  const symbols = Math.max(spans.locations.length, spans.functions.length, texts.length / 4) / 2;
  if (symbols > limits.nodes) throw new Problem('too-many-nodes');
  if (spans.sampleTypes.length / 2 > MAX_SAMPLE_TYPES) {
    throw new Problem('corrupt-profile', `More than ${MAX_SAMPLE_TYPES} sample types.`);
  }
}

/** The richest producers write about twenty. Each costs eight bytes a sample. */
const MAX_SAMPLE_TYPES = 32;
