/**
 * A moment as an address carries it: relative to now (`now`, `-15m`, `-7d`) while browsing, absolute
 * (ISO 8601) in a link that is handed on.
 */
export type Moment = string;

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Epoch milliseconds; undefined where the text is no moment. */
export function momentMs(moment: Moment, nowMs: number): number | undefined {
  if (moment === 'now') return nowMs;
  const relative = /^-(\d{1,6})([smhd])$/.exec(moment);
  if (relative) return nowMs - Number(relative[1]) * (unitMs[relative[2] ?? ''] ?? 0);
  if (!/^\d{4}-\d\d-\d\dT/.test(moment)) return undefined;
  const ms = Date.parse(moment);
  return Number.isNaN(ms) ? undefined : ms;
}

/** As short as the moment allows: no seconds where there are none. */
export const absolute = (ms: number): Moment =>
  new Date(ms).toISOString().replace(/:00\.000Z$|\.000Z$/, 'Z');

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Moments {
  readonly from: Moment;
  readonly to: Moment;
}

export const rangeOf = ({ from, to }: Moments, nowMs: number): TimeRange | undefined => {
  const fromMs = momentMs(from, nowMs);
  const toMs = momentMs(to, nowMs);
  return fromMs === undefined || toMs === undefined || fromMs >= toMs
    ? undefined
    : { fromMs, toMs };
};

export const momentsOf = ({ fromMs, toMs }: TimeRange): Moments => ({
  from: absolute(fromMs),
  to: absolute(toMs),
});

/** Ends now, so there will be more to see. */
export const isLive = ({ to }: Moments): boolean => to === 'now';

export const presets: readonly (Moments & { readonly title: string })[] = [
  { from: '-15m', to: 'now', title: 'Last 15 minutes' },
  { from: '-1h', to: 'now', title: 'Last hour' },
  { from: '-3h', to: 'now', title: 'Last 3 hours' },
  { from: '-12h', to: 'now', title: 'Last 12 hours' },
  { from: '-24h', to: 'now', title: 'Last 24 hours' },
  { from: '-7d', to: 'now', title: 'Last 7 days' },
];
