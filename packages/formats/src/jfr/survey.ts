import type { ConstantPools } from './constant-pools.ts';
import type { JfrReader } from './jfr-reader.ts';
import type { Layouts } from './layout.ts';
import type { Settings } from './settings.ts';
import type { Symbols } from './symbols.ts';

/** A chunk, ready for its events to be read. */
export interface OpenChunk {
  readonly reader: JfrReader;
  readonly layouts: Layouts;
  readonly pools: ConstantPools;
  readonly symbols: Symbols;
  readonly body: number;
}

/** What is known of a chunk before its samples are weighed. */
export interface Survey {
  has(event: string): boolean;
  readonly settings: Settings;
  /** By collection, as text. */
  readonly gcCauses: ReadonlyMap<string, string>;
}

/** Calls `visit` with the cursor behind each event's type, inside the event's bounds. Others are skipped. */
export function eachEvent(
  { reader, body }: OpenChunk,
  visitorOf: (type: number) => (() => void) | undefined,
): void {
  let at = body;
  const end = reader.chunkEnd;
  while (at < end) {
    reader.pos = at;
    reader.end = end;
    const size = reader.int();
    if (size <= 0 || size > end - at) reader.corrupt(`an event has the size ${size}`);
    const visit = visitorOf(reader.long());
    at += size;
    reader.end = at;
    visit?.();
  }
}

/** A hundred collections a second for a quarter of an hour. */
const MAX_CAUSES = 100_000;

/** Reads settings and notes what decides how others are weighed. */
export function surveyOf(chunk: OpenChunk, events: readonly string[]): Survey {
  const seen = new Set<string>();
  const settings = new Map<string, string>();
  const gcCauses = new Map<string, string>();
  const visitors = new Map<number, () => void>();
  for (const event of events) {
    const type = chunk.layouts.types.byName.get(event)?.id;
    if (type !== undefined) visitors.set(type, () => seen.add(event));
  }
  addVisitor(visitors, chunk, {
    event: 'jdk.ActiveSetting',
    fields: ['id', 'name', 'value'],
    take: ([id, name, value]) => {
      const event = chunk.layouts.types.byId.get(id!)?.name;
      const setting = chunk.pools.text(name!);
      // Of async-profiler, on its recording as a whole.
      if (setting === 'event') settings.set(setting, chunk.pools.text(value!));
      if (event === undefined || !visitors.has(id!)) return;
      const key = `${event} ${setting}`;
      // Settings that nobody asks for may be anything.
      if (/ (period|interval|wall|alloc)$/.test(key)) settings.set(key, chunk.pools.text(value!));
    },
  });
  addVisitor(visitors, chunk, {
    event: 'jdk.GarbageCollection',
    fields: ['gcId', 'cause'],
    take: ([id, cause]) => {
      if (gcCauses.size < MAX_CAUSES) gcCauses.set(`${id}`, chunk.symbols.gcCause(cause!));
    },
  });
  eachEvent(chunk, (type) => visitors.get(type));
  return { has: (event) => seen.has(event), settings, gcCauses };
}

export interface EventKind {
  readonly event: string;
  readonly fields: readonly string[];
  readonly take: (values: Float64Array) => void;
}

/** Adds a visitor that reads the fields, where the chunk describes such an event. */
export function addVisitor(
  visitors: Map<number, () => void>,
  { layouts }: OpenChunk,
  { event, fields, take }: EventKind,
): void {
  const type = layouts.types.byName.get(event);
  if (!type) return;
  const selection = layouts.select(layouts.of(type.id), fields);
  visitors.set(type.id, () => take(selection.read()));
}
