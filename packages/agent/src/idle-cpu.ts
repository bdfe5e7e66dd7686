/** What of a decoded pprof is read and changed here; `@datadog/pprof` hands out objects of this shape. */
export interface SampledProfile {
  readonly sampleType: readonly { readonly type: number | bigint }[];
  readonly sample: readonly {
    readonly locationId: readonly (number | bigint)[];
    /** Changed in place. */
    readonly value: (number | bigint)[];
  }[];
  readonly location: readonly {
    readonly line: readonly { readonly functionId: number | bigint }[];
  }[];
  readonly function: readonly { readonly name: number | bigint }[];
  readonly stringTable: { readonly strings: readonly string[] };
}

/**
 * Gives the CPU time that was booked on `(idle)` to the stacks that spent it.
 *
 * The sampler books all CPU time since the last sample on the stack that it finds. A service that works in slices
 * shorter than the sampling interval is mostly found idle, and most of its CPU time is then booked on idling, which
 * takes none. How often a stack is found working is unbiased, so it is spread in proportion to what the working
 * stacks have already. The total stays the same, to the nanosecond. Where nothing was found working, nothing moves.
 */
export function spreadIdleCpu(profile: SampledProfile): void {
  const column = profile.sampleType.findIndex(({ type }) => textOf(profile, type) === 'cpu');
  if (column < 0) return;
  const cpuOf = (value: readonly (number | bigint)[]) => Number(value[column] ?? 0);
  const idle: (number | bigint)[][] = [];
  const working: (number | bigint)[][] = [];
  for (const { locationId, value } of profile.sample) {
    const leaf = leafName(profile, locationId[0]);
    if (leaf === '(idle)') idle.push(value);
    else if (leaf !== NOT_SAMPLED && cpuOf(value) > 0) working.push(value);
  }
  const busy = working.reduce((sum, value) => sum + cpuOf(value), 0);
  const booked = idle.reduce((sum, value) => sum + cpuOf(value), 0);
  if (busy === 0) return;
  for (const value of idle) value[column] = 0;
  // Shares of what is left over what is still to come, so that rounding never loses a nanosecond.
  let [left, ahead] = [booked, busy];
  for (const value of working) {
    const own = cpuOf(value);
    const share = Math.round((left * own) / ahead);
    value[column] = own + share;
    left -= share;
    ahead -= own;
  }
}

/** CPU time of threads without JavaScript: measured as a whole, found by no sample. */
const NOT_SAMPLED = 'Non JS threads activity';

// Ids are indexes plus one in what the sampler makes.
function leafName(profile: SampledProfile, location: number | bigint | undefined): string {
  const line = profile.location[Number(location) - 1]?.line[0];
  const name = profile.function[Number(line?.functionId) - 1]?.name;
  return name === undefined ? '' : textOf(profile, name);
}

const textOf = ({ stringTable }: SampledProfile, index: number | bigint): string =>
  stringTable.strings[Number(index)] ?? '';
