import {
  type FrameTable,
  Problem,
  type Profile,
  type Runtime,
  type SampleTable,
  type StackTable,
  type Temporality,
  threadStates,
} from '@everflame/model';
import type { DecodeContext, Format } from '../format.ts';
import { leafStates } from '../leaf-states.ts';
import { runtimeOfFunctions } from '../runtime-of.ts';
import { withinReason } from '../sample-rows.ts';
import { StackTableBuilder } from '../stack-table-builder.ts';
import { acceptsPprof } from './accepts.ts';
import { cutBack, isAffordable, wholeName } from './dropped-frames.ts';
import { NOT_SAID } from './label-rows.ts';
import { LABEL_PREFIX, MARK, TEMPORALITY_PREFIX } from './private-fields.ts';
import type { Spans } from './proto-reader.ts';
import { type ColumnsPlan, planColumns, type SampleType } from './sample-type.ts';
import { type RawSamples, SampleReader } from './samples.ts';
import { type Sections, sectionsOf } from './sections.ts';
import { StackRows } from './stack-rows.ts';
import { type Functions, functionsOf, integerField, Locations } from './symbols.ts';

/** perftools.profiles.Profile, as Go, pprof-rs, py-spy, Datadog's and Pyroscope's agents write it. */
export const pprof: Format = { name: 'pprof', accepts: acceptsPprof, decode: decodePprof };

const DROP_FRAMES = 7;
const KEEP_FRAMES = 8;
const TIME_NANOS = 9;
const DURATION_NANOS = 10;
const PERIOD = 12;

function decodePprof(bytes: Uint8Array, context: DecodeContext): Profile {
  const { limits, hints } = context;
  const sections = sectionsOf(bytes, limits);
  const comments = sections.comments.map((row) => sections.strings.text(row));
  const isOurs = comments.includes(MARK);
  const plan = columnsOf(sections, { context, comments, isOurs });
  const functions = functionsOf(sections);
  const runtime = hints.runtime ?? runtimeOf(functions, comments);
  const stacks = new StackTableBuilder(limits);
  const locations = new Locations(sections, functions, { runtime, stacks, isOurs, limits });
  const rows = new StackRows(bytes, { locations, stacks, limits });
  const raw = new SampleReader(sections, rows, limits).read();
  const warnings = warningsAbout(raw, rows);
  const table = stacks.build();
  const frames = locations.frames.build();
  applyDroppedFrames(sections, { table, frames, raw, warnings });
  placeStates(raw, { plan, isOurs, stateAt: leafStates(table, frames) });
  return {
    format: 'pprof',
    ...agentOf(comments),
    ...windowOf(sections, context),
    runtime,
    labels: settings(comments, LABEL_PREFIX),
    frames,
    stacks: table,
    threads: raw.threads,
    labelSets: raw.labelSets,
    links: raw.links,
    measures: plan.columns.map(({ measure }) => measure),
    // As they are written they are 64-bit integers; only what a period multiplies can be beyond reason.
    samples: plan.columns.every(({ scale }) => scale === 1)
      ? scaledSamples(raw, plan)
      : withinReason(scaledSamples(raw, plan)),
    facts: [],
    quality: { lines: lineKind(locations, runtime, isOurs), warnings },
  };
}

const temporalityNames: readonly Temporality[] = ['delta', 'snapshot', 'cumulative'];

function columnsOf(
  sections: Sections,
  { context, comments, isOurs }: { context: DecodeContext; comments: string[]; isOurs: boolean },
): ColumnsPlan {
  const { sampleTypes, scalars } = sections;
  if (sampleTypes.length === 0) {
    throw new Problem('corrupt-profile', 'The profile names no sample type.');
  }
  const types = Array.from(sampleTypes).flatMap((_, at) =>
    at % 2 ? [] : [sampleTypeAt(sections, sampleTypes, at)],
  );
  const plan = planColumns({
    types,
    periodType: sampleTypeAt(sections, sections.periodType, 0),
    period: scalars[PERIOD]!,
    isSinceStart: !isOurs && scalars[DURATION_NANOS] === 0,
    hints: context.hints,
  });
  const temporalities = settings(comments, TEMPORALITY_PREFIX);
  return {
    ...plan,
    columns: plan.columns.map((column) => {
      const said = temporalities[column.measure.id];
      const temporality = temporalityNames.find((known) => known === said);
      return temporality ? { ...column, measure: { ...column.measure, temporality } } : column;
    }),
  };
}

function sampleTypeAt({ reader, strings }: Sections, spans: Spans, at: number): SampleType {
  if (spans.length === 0) return { type: '', unit: '' };
  let type = 0;
  let unit = 0;
  const outer = reader.end;
  reader.pos = spans[at]!;
  reader.end = spans[at + 1]!;
  while (reader.pos < reader.end) {
    const field = integerField(reader);
    if (field === 1) type = reader.varint();
    else if (field === 2) unit = reader.varint();
    else reader.skip();
  }
  reader.end = outer;
  return { type: strings.text(type), unit: strings.text(unit) };
}

function runtimeOf({ list }: Functions, comments: readonly string[]): Runtime {
  const found = runtimeOfFunctions(list.length, (index) => list[index]!);
  const isJvmTool = comments.some((comment) => comment.includes('async-profiler'));
  return found === 'other' && isJvmTool ? 'jvm' : found;
}

function warningsAbout(raw: RawSamples, rows: StackRows): string[] {
  const warnings: string[] = [];
  if (raw.misfits > 0) {
    warnings.push(
      `${raw.misfits} samples do not have one value per sample type; missing ones count as 0.`,
    );
  }
  if (rows.dangling > 0) {
    warnings.push(
      `${rows.dangling} locations that samples name do not exist; they show as (unknown).`,
    );
  }
  return warnings;
}

function applyDroppedFrames(
  { scalars, strings }: Sections,
  parts: { table: StackTable; frames: FrameTable; raw: RawSamples; warnings: string[] },
): void {
  const pattern = strings.text(scalars[DROP_FRAMES]!);
  if (pattern === '') return;
  const drop = wholeName(pattern);
  const keepPattern = strings.text(scalars[KEEP_FRAMES]!);
  const keep = wholeName(keepPattern);
  const isCheap = drop !== undefined && (keepPattern === '' || keep !== undefined);
  if (!isCheap || !isAffordable(parts.frames, { drop, keep })) {
    parts.warnings.push(
      'drop_frames was ignored: its pattern is not one that is surely cheap to match.',
    );
    return;
  }
  const { stack } = parts.raw;
  const rowOf = cutBack(parts.table, parts.frames, { drop, keep });
  for (let row = 0; row < stack.length; row++) stack[row] = rowOf[stack[row]!]!;
}

/** The columns of a raw table with their meaning. Arrays are taken over, not copied. */
function scaledSamples(raw: RawSamples, { columns, countSource }: ColumnsPlan): SampleTable {
  const { length, stack, thread, link, labelSet, state } = raw;
  const values = columns.map(({ source, scale }) => {
    const column = raw.values[source]!;
    return scale === 1 && source !== countSource ? column : column.map((value) => value * scale);
  });
  const count =
    countSource === undefined ? new Float64Array(length).fill(1) : raw.values[countSource]!;
  return { length, stack, thread, link, labelSet, state, count, values };
}

/** On a CPU clock alone there is nothing to ask. */
function placeStates(
  raw: RawSamples,
  how: { plan: ColumnsPlan; isOurs: boolean; stateAt: (stack: number) => number },
): void {
  const { length, state, stack } = raw;
  const isWall = columnFor(raw, how.plan, 'wall') !== undefined && !how.isOurs;
  const byClocks = isWall ? statesByClocks(raw, how.plan) : undefined;
  for (let row = 0; row < length; row++) {
    if (state[row] !== NOT_SAID) continue;
    state[row] = isWall ? how.stateAt(stack[row]!) : UNKNOWN;
    if (state[row] === UNKNOWN && byClocks) state[row] = byClocks(row);
  }
}

/**
 * A wall clock says that a thread was there, a CPU clock beside it whether it worked. What used a tenth of its
 * time wanted a core, and mostly had one: the rest may be a busy machine's. What used less waited for something.
 */
function statesByClocks(raw: RawSamples, plan: ColumnsPlan): ((row: number) => number) | undefined {
  const wall = columnFor(raw, plan, 'wall');
  const cpu = columnFor(raw, plan, 'cpu');
  if (!wall || !cpu) return undefined;
  return (row) => {
    if (wall[row] === 0) return UNKNOWN;
    return cpu[row]! * 10 >= wall[row]! ? RUNNABLE : WAITING;
  };
}

const columnFor = (
  raw: RawSamples,
  { columns }: ColumnsPlan,
  id: string,
): Float64Array | undefined =>
  raw.values[columns.find(({ measure }) => measure.id === id)?.source ?? -1];

const UNKNOWN = threadStates.indexOf('UNKNOWN');
const RUNNABLE = threadStates.indexOf('RUNNABLE');
const WAITING = threadStates.indexOf('WAITING');

const agentOf = (comments: readonly string[]): Pick<Profile, 'agent'> =>
  comments.some((comment) => comment.includes('async-profiler'))
    ? { agent: { name: 'async-profiler', version: '' } }
    : {};

const YEAR_1970_NS = 366 * 86_400e9;

/**
 * Some writers leave the clock out, or write seconds, milliseconds or microseconds where nanoseconds
 * belong: all of these lie in 1970. Then what came beside the file counts, else the likeliest unit.
 */
function windowOf(
  { scalars }: Sections,
  { hints }: DecodeContext,
): Pick<Profile, 'startMs' | 'endMs'> {
  const nanos = scalars[TIME_NANOS]!;
  const startMs =
    nanos >= YEAR_1970_NS ? Math.round(nanos / 1e6) : (hints.startMs ?? guessedMs(nanos));
  if (startMs === undefined) return hints.endMs === undefined ? {} : { endMs: hints.endMs };
  const duration = scalars[DURATION_NANOS]!;
  const endMs = duration > 0 ? startMs + Math.round(duration / 1e6) : (hints.endMs ?? startMs);
  return { startMs, endMs };
}

/** The unit in which the number is a time after 2001. */
function guessedMs(time: number): number | undefined {
  if (time >= 1e15) return Math.round(time / 1e3);
  if (time >= 1e12) return time;
  return time >= 1e9 ? time * 1e3 : undefined;
}

/** What our encoder wrote as comments: prefix, key, "=", value. */
function settings(comments: readonly string[], prefix: string): Record<string, string> {
  const found = comments
    .filter((comment) => comment.startsWith(prefix) && comment.includes('=', prefix.length))
    .map((comment) => comment.slice(prefix.length))
    .map((setting) => [setting, setting.indexOf('=')] as const);
  return Object.fromEntries(
    found.map(([setting, equals]) => [setting.slice(0, equals), setting.slice(equals + 1)]),
  );
}

/** @datadog/pprof with labels knows only where a function begins, and does not say which it wrote. */
function lineKind(
  { hasLines }: Locations,
  runtime: Runtime,
  isOurs: boolean,
): Profile['quality']['lines'] {
  if (!hasLines) return 'none';
  return runtime === 'nodejs' && !isOurs ? 'function' : 'exact';
}
