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

/**
 * Gives the CPU time that was booked on `(idle)` to the stacks that spent it, or else to `(between samples)`.
 *
 * The sampler books all CPU time since the last sample on the stack that it finds. A service that works in slices
 * shorter than the sampling interval is mostly found idle, and most of its CPU time is then booked on idling, which
 * takes none. How often a stack is found working is unbiased, so it is spread in proportion to what the working
 * stacks have already. Where nothing was found working, all that is known is that it was work, too short to be
 * found. The total stays the same, to the nanosecond.
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
  const busy = working.reduce((sum, stack) => sum + cpuOf(stack), 0);
  const booked = idle.reduce((sum, stack) => sum + cpuOf(stack), 0);
  const [example] = idle;
  if (!example || booked === 0) return;
  for (const { value } of idle) value[column] = 0;
  if (busy === 0) bookBetweenSamples(profile, example, { column, cpu: booked });
  // Shares of what is left over what is still to come, so that rounding never loses a nanosecond.
  let [left, ahead] = [booked, busy];
  for (const stack of working) {
    const own = cpuOf(stack);
    const share = Math.round((left * own) / ahead);
    stack.value[column] = own + share;
    left -= share;
    ahead -= own;
  }
}

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
