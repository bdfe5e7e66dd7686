import { columnOf, IDLE, leafName, type SampledProfile } from './sampled-profile.ts';

/**
 * The share of the time, 0 to 1, in which the event loop did not wait for events: the share of samples that did not
 * find it idle. Undefined where there are no samples.
 *
 * Not `performance.eventLoopUtilization()`: each sample is a signal that interrupts the wait, and libuv does not
 * count a wait that was interrupted as idle, so it tells of a fifth of a core in a process that does nothing.
 */
export function busyShare(profile: SampledProfile): number | undefined {
  const column = columnOf(profile, 'sample');
  let [idle, working, isIdleKnown] = [0, 0, false];
  for (const stack of profile.sample) {
    const hits = Number(stack.value[column] ?? 0);
    if (leafName(profile, stack) === IDLE) {
      idle += hits;
      isIdleKnown = true;
    } else working += hits;
  }
  // Samples in native code that no JavaScript called are not handed out, yet the period is made of all.
  const taken = Math.round(Number(profile.durationNanos) / Number(profile.period)) || 0;
  const total = Math.max(idle + working, taken);
  if (total === 0) return undefined;
  // Nor are idle ones where the clock of CPU time is too coarse to see any on them.
  return isIdleKnown ? 1 - idle / total : working / total;
}
