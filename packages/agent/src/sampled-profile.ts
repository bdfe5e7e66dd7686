/** What of a decoded pprof is read and changed here; `@datadog/pprof` hands out objects of this shape. */
export interface SampledProfile {
  readonly sampleType: readonly { readonly type: number | bigint }[];
  readonly sample: SampledStack[];
  readonly location: SampledLocation[];
  readonly function: SampledFunction[];
  readonly stringTable: {
    readonly strings: readonly string[];
    /** The index of a text, added where it is new. */
    readonly dedup: (text: string) => number;
  };
  readonly durationNanos: number | bigint;
  /** Nanoseconds between two samples, as they came and not as they were ordered. */
  readonly period: number | bigint;
}

export interface SampledStack {
  readonly locationId: readonly (number | bigint)[];
  /** Changed in place. */
  readonly value: (number | bigint)[];
}

interface SampledLocation {
  readonly id: number | bigint;
  readonly line: readonly { readonly functionId: number | bigint }[];
}

interface SampledFunction {
  readonly id: number | bigint;
  readonly name: number | bigint;
}

/** What V8 calls the time in which it waits for events. */
export const IDLE = '(idle)';

/** CPU time of threads without JavaScript: measured as a whole, found by no sample. */
export const NOT_SAMPLED = 'Non JS threads activity';

/** Where in `value` a measure is; -1 where it is missing. */
export const columnOf = (profile: SampledProfile, name: string): number =>
  profile.sampleType.findIndex(({ type }) => textOf(profile, type) === name);

// Ids are indexes plus one in what the sampler makes.
export function leafName(profile: SampledProfile, { locationId }: SampledStack): string {
  const line = profile.location[Number(locationId[0]) - 1]?.line[0];
  const name = profile.function[Number(line?.functionId) - 1]?.name;
  return name === undefined ? '' : textOf(profile, name);
}

const textOf = ({ stringTable }: SampledProfile, index: number | bigint): string =>
  stringTable.strings[Number(index)] ?? '';
