import { columnOf, IDLE, leafName, NOT_SAMPLED, type SampledProfile } from './sampled-profile.ts';

/**
 * Gives the CPU time that was booked on `(idle)` to the stacks that spent it.
 *
 * The sampler books all CPU time since the last sample on the stack that it finds. A service that works in slices
 * shorter than the sampling interval is mostly found idle, and most of its CPU time is then booked on idling, which
 * takes none. How often a stack is found working is unbiased, so it is spread in proportion to what the working
 * stacks have already. The total stays the same, to the nanosecond. Where nothing was found working, nothing moves.
 */
export function spreadIdleCpu(profile: SampledProfile): void {
  const column = columnOf(profile, 'cpu');
  if (column < 0) return;
  const cpuOf = (value: readonly (number | bigint)[]) => Number(value[column] ?? 0);
  const idle: (number | bigint)[][] = [];
  const working: (number | bigint)[][] = [];
  for (const stack of profile.sample) {
    const { value } = stack;
    const leaf = leafName(profile, stack);
    if (leaf === IDLE) idle.push(value);
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
