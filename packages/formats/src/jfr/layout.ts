import type { JfrReader } from './jfr-reader.ts';
import type { Field, Type, Types } from './metadata.ts';

/** How one value is stored. */
const LONG = 0;
const INT = 1;
const SHORT = 2;
const CHAR = 3;
const BYTE = 4;
const FLOAT = 5;
const DOUBLE = 6;
const TEXT = 7;
const KEY = 8;
const ARRAY = 9;

const primitives: ReadonlyMap<string, number> = new Map([
  ['long', LONG],
  ['int', INT],
  ['short', SHORT],
  ['char', CHAR],
  ['byte', BYTE],
  ['boolean', BYTE],
  ['float', FLOAT],
  ['double', DOUBLE],
  ['java.lang.String', TEXT],
]);

interface Step {
  /** "heapSpace.committedSize": structs lie in line. */
  readonly path: string;
  readonly kind: number;
  /** Of a key or of elements. */
  readonly type: number;
  /** Elements that are keys. */
  readonly holdsKeys: boolean;
  readonly unit: string;
  readonly isMoment: boolean;
}

/** What a value of a type is made of, in the order of the bytes, each step taking one byte or more. */
export type Layout = readonly Step[];

/** Structs in structs, and arrays in arrays. Real ones have two. */
const MAX_NESTING = 16;
/** Of all types of a chunk. A JDK's 400 types have 20 at most. */
const MAX_STEPS = 200_000;

/** When a chunk's ticks began, and how fast they go. */
export interface Clock {
  readonly startMs: number;
  readonly startTicks: number;
  readonly ticksPerSecond: number;
}

/** The layouts of a chunk's types, each worked out when it is first met. */
export class Layouts {
  readonly types: Types;
  readonly clock: Clock;
  readonly #reader: JfrReader;
  readonly #known = new Map<number, Layout>();
  #stepsLeft = MAX_STEPS;

  constructor(types: Types, reader: JfrReader, clock: Clock) {
    this.types = types;
    this.clock = clock;
    this.#reader = reader;
  }

  of(type: number): Layout {
    const known = this.#known.get(type);
    if (known) return known;
    const found = this.types.byId.get(type);
    if (!found) this.#reader.corrupt(`a value has the type ${type}, which is not described`);
    const steps: Step[] = [];
    const kind = primitives.get(found.name);
    if (kind !== undefined && found.fields.length === 0) {
      steps.push({ path: '', kind, type, holdsKeys: false, unit: '', isMoment: false });
    } else this.#flatten(found, { prefix: '', steps, nesting: 0 });
    this.#known.set(type, steps);
    return steps;
  }

  #flatten(owner: Type, into: { prefix: string; steps: Step[]; nesting: number }): void {
    if (into.nesting > MAX_NESTING) this.#reader.corrupt(`the type ${owner.name} holds itself`);
    for (const field of owner.fields) {
      if (this.#stepsLeft-- === 0) this.#reader.corrupt(`the type ${owner.name} has no end`);
      const path = into.prefix + field.name;
      const kind = this.#kindOf(field);
      if (kind !== undefined) {
        const holdsKeys = field.isArray && field.isPooled;
        const { type, unit, isMoment } = field;
        into.steps.push({ path, kind, type, holdsKeys, unit, isMoment });
        continue;
      }
      const struct = this.types.byId.get(field.type);
      if (!struct) this.#reader.corrupt(`the field ${path} has no type that is described`);
      this.#flatten(struct, { ...into, prefix: `${path}.`, nesting: into.nesting + 1 });
    }
  }

  /** Undefined for a struct in line. */
  #kindOf({ isArray, isPooled, type }: Field): number | undefined {
    if (isArray) return ARRAY;
    return isPooled ? KEY : primitives.get(this.types.byId.get(type)?.name ?? '');
  }

  /** Moves past one value. */
  skip(layout: Layout, nesting = 0): void {
    const reader = this.#reader;
    for (const step of layout) {
      if (step.kind === ARRAY) this.#skipArray(step, nesting);
      else if (step.kind === TEXT) reader.skipText();
      else readValue(reader, step.kind);
    }
  }

  #skipArray({ type, holdsKeys }: Step, nesting: number): void {
    if (nesting > MAX_NESTING) this.#reader.corrupt('arrays are nested without end');
    const layout = holdsKeys ? KEYS : this.of(type);
    const count = this.#reader.count(layout.length);
    if (layout.length === 0) return;
    for (let i = 0; i < count; i++) this.skip(layout, nesting + 1);
  }

  /** Reads the values of these paths alone. */
  select(layout: Layout, paths: readonly string[]): Selection {
    return new Selection(this, layout, { paths, reader: this.#reader });
  }

  /** The layout of the elements of an array that is here; undefined where they are keys. */
  elementsOf(layout: Layout, path: string): Layout | undefined {
    const step = layout.find((one) => one.path === path && one.kind === ARRAY);
    return step && !step.holdsKeys ? this.of(step.type) : undefined;
  }
}

const KEYS: Layout = [
  { path: '', kind: KEY, type: 0, holdsKeys: false, unit: '', isMoment: false },
];

/** What is added before and after multiplying makes spans nanoseconds and moments epoch milliseconds. */
interface Scale {
  readonly before: number;
  readonly factor: number;
  readonly after: number;
}

const nsByUnit: Readonly<Record<string, number>> = {
  NANOSECONDS: 1,
  MICROSECONDS: 1e3,
  MILLISECONDS: 1e6,
  SECONDS: 1e9,
};

function scaleOf(step: Step | undefined, clock: Clock): Scale {
  const isTicks = step?.unit === 'TICKS';
  if (step?.isMoment && isTicks) {
    return { before: -clock.startTicks, factor: 1e3 / clock.ticksPerSecond, after: clock.startMs };
  }
  if (step?.isMoment || !step) return { before: 0, factor: 1, after: 0 };
  const factor = isTicks ? 1e9 / clock.ticksPerSecond : (nsByUnit[step.unit] ?? 1);
  return { before: 0, factor, after: 0 };
}

/**
 * Some values of a layout. `values` are overwritten by the next `read`: spans of time in nanoseconds, moments
 * in epoch milliseconds, other numbers and keys as they are, of strings and arrays the place where they
 * begin. NaN where the type has no such path.
 */
export class Selection {
  readonly values: Float64Array;
  readonly #layouts: Layouts;
  readonly #reader: JfrReader;
  readonly #steps: readonly Step[];
  readonly #rest: Layout;
  readonly #slots: Int32Array;
  readonly #scales: readonly Scale[];

  constructor(
    layouts: Layouts,
    layout: Layout,
    { paths, reader }: { paths: readonly string[]; reader: JfrReader },
  ) {
    this.#layouts = layouts;
    this.#reader = reader;
    const slots = layout.map(({ path }) => paths.indexOf(path));
    const used = slots.findLastIndex((slot) => slot >= 0) + 1;
    this.#steps = layout.slice(0, used);
    this.#rest = layout.slice(used);
    this.#slots = Int32Array.from(slots.slice(0, used));
    this.#scales = paths.map((path) =>
      scaleOf(
        layout.find((step) => step.path === path),
        layouts.clock,
      ),
    );
    this.values = new Float64Array(paths.length).fill(Number.NaN);
  }

  /** Leaves the cursor behind the last value that was asked for, if that is a number. */
  read(): Float64Array {
    const reader = this.#reader;
    const steps = this.#steps;
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at]!;
      const slot = this.#slots[at]!;
      if (step.kind < TEXT || step.kind === KEY) {
        const value = readValue(reader, step.kind);
        if (slot >= 0) this.#put(slot, value);
        continue;
      }
      if (slot >= 0) this.values[slot] = reader.pos;
      if (at + 1 < steps.length) this.#layouts.skip([step]);
    }
    return this.values;
  }

  /** Moves behind the whole value, for the next of an array, after a `read` that ended in a number. */
  skipRest(): void {
    this.#layouts.skip(this.#rest);
  }

  #put(slot: number, value: number): void {
    const { before, factor, after } = this.#scales[slot]!;
    this.values[slot] = (value + before) * factor + after;
  }
}

function readValue(reader: JfrReader, kind: number): number {
  switch (kind) {
    case KEY:
      return reader.id();
    case LONG:
      return reader.long();
    case INT:
      return reader.int();
    case SHORT:
      return reader.short();
    case CHAR:
      return reader.char();
    case BYTE:
      return reader.byte();
    case FLOAT:
      return reader.float();
    default:
      return reader.double();
  }
}
