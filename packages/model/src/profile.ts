import type { FrameTable, Runtime } from './frame-table.ts';
import type { Measure } from './measure.ts';

/** Names as in OpenTelemetry's semantic conventions (`service.version`, `service.instance.id`, `host.name` …). */
export type Labels = Readonly<Record<string, string>>;

/**
 * One decoded upload, whatever its format: symbols, a tree of stacks, a table of samples with one
 * column per measure, and what stacks cannot say. Nothing after the decoder knows the format.
 */
export interface Profile {
  readonly format: string;
  readonly agent?: { readonly name: string; readonly version: string };
  /** Epoch milliseconds. Undefined where the source does not say. */
  readonly startMs?: number;
  readonly endMs?: number;
  readonly runtime: Runtime;
  /** True of the whole profile. */
  readonly labels: Labels;
  readonly frames: FrameTable;
  readonly stacks: StackTable;
  /** Row 0: not stated. */
  readonly threads: readonly Thread[];
  /** Row 0: none. */
  readonly labelSets: readonly Labels[];
  /** Row 0: none. Kept beside the label sets, for there are as many as requests. */
  readonly links: readonly Link[];
  readonly measures: readonly Measure[];
  readonly samples: SampleTable;
  readonly facts: readonly Fact[];
  readonly quality: Quality;
}

/**
 * Every stack as a path in a prefix tree: callers come before their callees (`parent[i] < i`).
 * Row 0 is the root: parent -1, frame 0. A row is unique in (parent, frame, line).
 */
export interface StackTable {
  readonly length: number;
  readonly parent: Int32Array;
  readonly frame: Uint32Array;
  /** The line being executed, 1-based; 0 where unknown. What it means: see `Quality.lines`. */
  readonly line: Uint32Array;
}

/** Rows of samples, merged or not. `values[column][row]` belongs to `Profile.measures[column]`. */
export interface SampleTable {
  readonly length: number;
  /** Row of the stack table: the innermost frame. */
  readonly stack: Uint32Array;
  readonly thread: Uint32Array;
  /** Index into `threadStates`. */
  readonly state: Uint8Array;
  readonly labelSet: Uint32Array;
  readonly link: Uint32Array;
  /** How many raw observations stand behind the row: what error bars are made of. */
  readonly count: Float64Array;
  readonly values: readonly Float64Array[];
}

export interface Thread {
  readonly name: string;
  readonly id?: string;
}

export interface Link {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly localRootSpanId?: string;
  readonly endpoint?: string;
}

/** What a stack cannot say. `t` is epoch milliseconds; sums are over the profile's window. */
export type Fact =
  | { readonly kind: 'cpu'; readonly t: number; readonly seconds: number; readonly vcpus?: number }
  | {
      readonly kind: 'gc';
      readonly t: number;
      readonly seconds: number;
      readonly count: number;
      readonly name?: string;
    }
  | {
      readonly kind: 'heap';
      readonly t: number;
      readonly used: number;
      readonly committed?: number;
      readonly max?: number;
    }
  | { readonly kind: 'rss'; readonly t: number; readonly bytes: number }
  | {
      readonly kind: 'event-loop';
      readonly t: number;
      /** Share of the window in which the loop was busy, 0 to 1. */
      readonly utilization: number;
      readonly delayP50Ms?: number;
      readonly delayP99Ms?: number;
      readonly delayMaxMs?: number;
    }
  | { readonly kind: 'threads'; readonly t: number; readonly count: number }
  /** Exceptions that were made, caught or not. */
  | { readonly kind: 'exceptions'; readonly t: number; readonly count: number }
  | {
      readonly kind: 'agent';
      readonly t: number;
      readonly overheadSeconds?: number;
      readonly memoryBytes?: number;
      readonly errors?: number;
    }
  | { readonly kind: 'config'; readonly key: string; readonly value: string };

export interface Quality {
  /** exact: the executing line. function: the line where the function begins. */
  readonly lines: 'exact' | 'function' | 'none';
  /** Sentences for the uploader about what was tolerated. */
  readonly warnings: readonly string[];
}
