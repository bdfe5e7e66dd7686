import { Problem } from '@everflame/model';
import { type Retention, tierMs } from '../storage/profile-store.ts';

/** Clocks of hosts differ; more than this is a clock that is wrong. */
const MAX_AHEAD_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

/**
 * The window under which an upload is stored. One without times was made just now.
 * Throws Problem('invalid-time-range' | 'profile-in-future' | 'profile-too-old').
 */
export function acceptedWindow(
  stated: { readonly startMs?: number | undefined; readonly endMs?: number | undefined },
  nowMs: number,
  retention: Retention,
): { readonly startMs: number; readonly endMs: number } {
  const endMs = stated.endMs ?? Math.max(nowMs, stated.startMs ?? nowMs);
  const startMs = stated.startMs ?? (stated.endMs === undefined ? nowMs - 1 : endMs - 1);
  if (!Number.isFinite(startMs) || !Number.isFinite(endMs) || startMs >= endMs || startMs < 0) {
    throw new Problem(
      'invalid-time-range',
      `The profile begins at ${startMs} and ends at ${endMs} (epoch milliseconds).`,
    );
  }
  if (endMs > nowMs + MAX_AHEAD_MS) {
    throw new Problem(
      'profile-in-future',
      `The profile ends at ${moment(endMs)}, and here it is ${moment(nowMs)}.`,
    );
  }
  const oldestMs = nowMs - retention.daysOf.PT5M * DAY_MS + tierMs.PT5M;
  if (startMs < oldestMs) {
    throw new Problem(
      'profile-too-old',
      `The profile begins at ${moment(startMs)}; what is older than ${moment(oldestMs)} is kept in less detail only.`,
    );
  }
  return { startMs, endMs };
}

/** Any finite number is a time to a decoder, but not to a Date. */
const moment = (ms: number): string =>
  Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
