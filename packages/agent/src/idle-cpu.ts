import {
  columnOf,
  IDLE,
  leafName,
  NOT_SAMPLED,
  type SampledProfile,
  type SampledStack,
} from './sampled-profile.ts';

/** The frame of CPU time that nobody can say the stack of. */
const BETWEEN_SAMPLES = '(between samples)';

/** Where this share of the CPU time was booked on idling, all work counts as work in bursts. */
const IN_BURSTS = 0.05;

/** Of the mean, and less than that is no work: a call that waits inside itself, for a file or a child process. */
const AT_WORK = 0.02;

/**
 * Gives the CPU time that was booked on `(idle)` to the stacks that spent it, or else to `(between samples)`.
 *
 * The sampler books all CPU time since the last sample on the stack that it finds. Of a burst of work, the first
 * sample is so charged with what of it is over, on average half an interval where a whole one is due, and idling with
 * what came after the last sample. Whatever bursts begin with would seem cheap, and spreading the rest in proportion
 * would not mend it. How often a stack is found working is unbiased, so where work comes in bursts CPU time goes by
 * that, but for stacks that hardly used any. Work without a pause keeps what was measured. Where nothing was found
 * working, all that is known is that it was work, too short to be found. The total stays the same, to the nanosecond.
 */
export function spreadIdleCpu(profile: SampledProfile): void {
  const column = columnOf(profile, 'cpu');
  if (column < 0) return;
  const cpuOf = ({ value }: SampledStack) => Number(value[column] ?? 0);
  const idle: SampledStack[] = [];
  const working: SampledStack[] = [];
  for (const stack of profile.sample) {
    const leaf = leafName(profile, stack);
    if (leaf === IDLE) idle.push(stack);
    else if (leaf !== NOT_SAMPLED && cpuOf(stack) > 0) working.push(stack);
  }
  const booked = sum(idle, cpuOf);
  const [example] = idle;
  if (!example || booked === 0) return;
  const shares = sharesOf(profile, { working, cpuOf, booked });
  for (const { value } of idle) value[column] = 0;
  if (working.length === 0) bookBetweenSamples(profile, example, { column, cpu: booked });
  const total = booked + sum(working, cpuOf);
  let left = total;
  for (const [at, stack] of working.entries()) {
    // The last takes what is left, so that rounding never loses a nanosecond.
    const isLast = at === working.length - 1;
    const own = isLast ? left : Math.min(left, Math.round(total * (shares[at] ?? 0)));
    stack.value[column] = own;
    left -= own;
  }
}

/** Of all CPU time, what each working stack is to have; they sum to 1. */
function sharesOf(
  profile: SampledProfile,
  {
    working,
    cpuOf,
    booked,
  }: {
    readonly working: readonly SampledStack[];
    readonly cpuOf: (stack: SampledStack) => number;
    readonly booked: number;
  },
): number[] {
  const column = columnOf(profile, 'sample');
  const hitsOf = ({ value }: SampledStack) => Number(value[column] ?? 0);
  const busy = sum(working, cpuOf);
  const least = (AT_WORK * (busy + booked)) / sum(working, hitsOf);
  const workedOf = (stack: SampledStack) =>
    cpuOf(stack) > least * hitsOf(stack) ? hitsOf(stack) : 0;
  const hits = sum(working, workedOf);
  const inBursts = hits === 0 ? 0 : Math.min(1, booked / (IN_BURSTS * (busy + booked)));
  return working.map(
    (stack) =>
      (1 - inBursts) * (cpuOf(stack) / busy) +
      (inBursts === 0 ? 0 : (inBursts * workedOf(stack)) / hits),
  );
}

const sum = <T>(of: readonly T[], value: (one: T) => number): number =>
  of.reduce((total, one) => total + value(one), 0);

interface Booking {
  readonly column: number;
  readonly cpu: number;
}

/** Adds a stack of its own: the samples that found the thread idle did find it idle. */
function bookBetweenSamples(
  profile: SampledProfile,
  idle: SampledStack,
  { column, cpu }: Booking,
): void {
  const location = profile.location[Number(idle.locationId[0]) - 1];
  const line = location?.line[0];
  const called = profile.function[Number(line?.functionId) - 1];
  if (!location || !line || !called) return;
  const functionId = profile.function.length + 1;
  const locationId = profile.location.length + 1;
  const name = profile.stringTable.dedup(BETWEEN_SAMPLES);
  profile.function.push(like(called, { id: functionId, name, systemName: name }));
  profile.location.push(like(location, { id: locationId, line: [like(line, { functionId })] }));
  const value = idle.value.map((_, at) => (at === column ? cpu : 0));
  profile.sample.push(like(idle, { locationId: [locationId], value }));
}

// Of the same class, for the profile will ask each to encode itself, and the package of these classes is not ours
// to import.
const like = <T extends object>(one: T, changes: object): T =>
  Object.assign(Object.create(Object.getPrototypeOf(one)), one, changes);
