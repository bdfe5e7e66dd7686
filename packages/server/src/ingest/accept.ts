import { Problem } from '@everflame/model';
import { type Retention, type Tier, tierMs } from '../storage/profile-store.ts';

/** Clocks of hosts differ; more than this is a clock that is wrong. */
const MAX_AHEAD_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
const LEAST_MS = 1;

interface Stated {
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  readonly momentMs?: number | undefined;
  readonly lengthMs?: number | undefined;
}

interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

interface Kept {
  readonly retention: Retention;
  readonly keptFrom: Readonly<Record<Tier, number>>;
}

/**
 * The window under which an upload is stored; one of unknown length counts as a moment. One without times ended just now,
 * and so did one of a moment, by a clock that nobody can vouch for, that would not be taken.
 * What no tier keeps any more would be acknowledged and thrown away, so it is too old as well.
 * Throws Problem('invalid-time-range' | 'profile-in-future' | 'profile-too-old').
 */
export function acceptedWindow(
  { startMs, endMs, momentMs, lengthMs = LEAST_MS }: Stated,
  nowMs: number,
  { retention, keptFrom }: Kept,
): Window {
  const range = { oldestMs: oldestOf(nowMs, { retention, keptFrom }), nowMs };
  if (startMs === undefined && endMs === undefined && momentMs !== undefined) {
    const window = { startMs: momentMs - LEAST_MS, endMs: momentMs };
    return problemOf(window, range) ? { startMs: nowMs - LEAST_MS, endMs: nowMs } : window;
  }
  const length = Math.max(LEAST_MS, Math.round(lengthMs));
  const end = endMs ?? (startMs === undefined ? nowMs : startMs + length);
  const window = { startMs: startMs ?? end - length, endMs: end };
  const problem = problemOf(window, range);
  if (problem) throw problem;
  return window;
}

const oldestOf = (nowMs: number, { retention, keptFrom }: Kept): number =>
  Math.max(
    nowMs - retention.daysOf.PT5M * DAY_MS + tierMs.PT5M,
    Math.min(keptFrom.PT5M, keptFrom.PT1H, keptFrom.P1D),
  );

function problemOf(
  { startMs, endMs }: Window,
  { oldestMs, nowMs }: { readonly oldestMs: number; readonly nowMs: number },
): Problem | undefined {
  if (!Number.isFinite(startMs) || !Number.isFinite(endMs) || startMs >= endMs || startMs < 0) {
    return new Problem(
      'invalid-time-range',
      `“startMs” must lie before “endMs”; the profile begins at ${startMs} and ends at ${endMs} (epoch milliseconds).`,
    );
  }
  if (endMs > nowMs + MAX_AHEAD_MS) {
    return new Problem(
      'profile-in-future',
      `The profile ends (endMs) at ${moment(endMs)}, and here it is ${moment(nowMs)}.`,
    );
  }
  if (startMs < oldestMs) {
    return new Problem(
      'profile-too-old',
      `The profile begins (startMs) at ${moment(startMs)}; what is older than ${moment(oldestMs)} is not taken any more.`,
    );
  }
  return undefined;
}

/** Any finite number is a time to a decoder, but not to a Date. */
const moment = (ms: number): string =>
  Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
