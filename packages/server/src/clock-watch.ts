/** Further than any correction of a clock that was about right. */
const JUMP_MS = 86_400_000;
const HELD_MS = 3_600_000;

export interface ClockWatch {
  /** False for an hour after the wall clock jumped by more than a day. */
  isCredible(): boolean;
}

/**
 * Housekeeping throws away what is old, and cannot take it back: a clock that is wrong by a year for a moment would
 * cost every fine bucket there is. So a jump is believed only once it has held; a machine that slept waits as long.
 */
export function createClockWatch(
  now: () => number,
  elapsed: () => number = () => performance.now(),
): ClockWatch {
  const ahead = () => now() - elapsed();
  let believedMs = ahead();
  let jumped: { readonly toMs: number; readonly atMs: number } | undefined;
  const isNear = (a: number, b: number) => Math.abs(a - b) <= JUMP_MS;
  return {
    isCredible() {
      const seenMs = ahead();
      if (isNear(seenMs, believedMs)) {
        believedMs = seenMs;
        jumped = undefined;
        return true;
      }
      if (!jumped || !isNear(seenMs, jumped.toMs)) jumped = { toMs: seenMs, atMs: elapsed() };
      if (elapsed() - jumped.atMs < HELD_MS) return false;
      believedMs = seenMs;
      jumped = undefined;
      return true;
    },
  };
}
