import type { Fact, Profile } from '@everflame/model';
import type { DecodeContext, Format } from '../format.ts';
import { type Chunk, chunksOf, hasMagic } from './chunks.ts';
import { ConstantPools } from './constant-pools.ts';
import { FactEvents } from './fact-events.ts';
import { JfrReader } from './jfr-reader.ts';
import { Layouts } from './layout.ts';
import { MergedRows } from './merged-rows.ts';
import { typesOf } from './metadata.ts';
import { decisiveEvents, SampleEvents } from './sample-events.ts';
import { addVisitor, eachEvent, type OpenChunk, surveyOf } from './survey.ts';
import { constantTypes, Symbols, SymbolTables } from './symbols.ts';
import { statesByFrames } from './thread-state.ts';

/** Flight Recorder files, as the JDK, async-profiler and the agents built on them write. */
export const jfr: Format = {
  name: 'jfr',
  accepts: (head) => hasMagic(head),
  decode: decodeJfr,
};

function decodeJfr(bytes: Uint8Array, context: DecodeContext): Profile {
  const { list, warnings } = chunksOf(bytes);
  const tables = new SymbolTables(context.limits);
  const rows = new MergedRows(context.limits);
  const told = list.map((chunk) => readChunk(bytes, chunk, { tables, rows, context }));
  const last = told.at(-1)!;
  const stacks = tables.stacks.build();
  const frames = tables.frames.build();
  return {
    format: 'jfr',
    agent: agentOf(last),
    ...windowOf(list),
    runtime: 'jvm',
    labels: labelsOf(last),
    frames,
    stacks,
    threads: tables.threads,
    labelSets: [{}],
    links: [{}],
    measures: rows.measures,
    samples: rows.table(statesByFrames(stacks, frames)),
    facts: factsOf(told, list),
    quality: {
      lines: tables.hasLines ? 'exact' : 'none',
      warnings: [...warnings, ...aboutTruncation(tables)],
    },
  };
}

interface Into {
  readonly tables: SymbolTables;
  readonly rows: MergedRows;
  readonly context: DecodeContext;
}

function readChunk(bytes: Uint8Array, chunk: Chunk, { tables, rows, context }: Into): FactEvents {
  const open = openChunk(bytes, chunk, { tables, context });
  const survey = surveyOf(open, decisiveEvents);
  const samples = new SampleEvents(open, { survey, rows, hints: context.hints });
  const facts = new FactEvents(open, chunk);
  const visitors = new Map<number, () => void>();
  for (const kind of [...samples.kinds, ...facts.kinds]) addVisitor(visitors, open, kind);
  eachEvent(open, (type) => visitors.get(type));
  return facts;
}

function openChunk(
  bytes: Uint8Array,
  chunk: Chunk,
  { tables, context: { limits } }: Omit<Into, 'rows'>,
): OpenChunk {
  const reader = new JfrReader(bytes, {
    start: chunk.metadata,
    end: chunk.end,
    compressed: chunk.compressed,
    longestText: limits.stringLength,
  });
  const layouts = new Layouts(typesOf(reader), reader, chunk);
  const pools = new ConstantPools(layouts, { reader, limits, types: constantTypes });
  pools.index(chunk.constants, chunk.body);
  const symbols = new Symbols(tables, { pools, reader, limits });
  return { reader, layouts, pools, symbols, body: chunk.body };
}

function windowOf(list: readonly Chunk[]): Pick<Profile, 'startMs' | 'endMs'> {
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = 0;
  for (const chunk of list) {
    startMs = Math.min(startMs, chunk.startMs);
    endMs = Math.max(endMs, chunk.endMs);
  }
  return { startMs, endMs };
}

const ASYNC_PROFILER = 'async-profiler';

function agentOf({ recorder, jvm }: FactEvents): { name: string; version: string } {
  if (!recorder.startsWith(ASYNC_PROFILER)) return { name: 'jfr', version: versionOf(jvm.version) };
  return { name: ASYNC_PROFILER, version: recorder.slice(ASYNC_PROFILER.length).trim() };
}

function labelsOf({ jvm }: FactEvents): Record<string, string> {
  const version = versionOf(jvm.version);
  return {
    ...(jvm.name ? { 'process.runtime.name': jvm.name } : {}),
    ...(version ? { 'process.runtime.version': version } : {}),
    ...(jvm.pid > 0 ? { 'process.pid': `${jvm.pid}` } : {}),
  };
}

/** "OpenJDK 64-Bit Server VM (17.0.15+6-Debian-1) for linux-amd64 …" → "17.0.15+6-Debian-1". */
const versionOf = (text: string): string => /\((\d[^()]{0,80})\)/.exec(text)?.[1] ?? shortOf(text);
const shortOf = (text: string): string => (/^\d\S{0,80}$/.test(text) ? text : '');

function factsOf(told: readonly FactEvents[], list: readonly Chunk[]): Fact[] {
  const facts = told.flatMap((one) => one.facts());
  const counters = told.flatMap(({ thrown: { first, last } }) => [first, last]);
  const known = counters.filter((total) => total !== undefined);
  const count = (known.at(-1) ?? 0) - (known[0] ?? 0);
  if (count > 0) facts.push({ kind: 'exceptions', t: list.at(-1)!.endMs, count });
  return facts;
}

const aboutTruncation = ({ truncatedStacks }: SymbolTables): string[] =>
  truncatedStacks === 0
    ? []
    : [
        `${truncatedStacks} stacks were deeper than the recorder follows them; their outermost frames are missing.`,
      ];
