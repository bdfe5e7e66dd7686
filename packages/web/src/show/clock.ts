import type { TimeRange } from '../url/time-range.ts';

const time = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle: 'h23',
});

/** Hours from 0 to 23, and minutes. */
export const timeOfDay = (ms: number): string => time.format(ms);

const isSameDay = (a: number, b: number): boolean =>
  new Date(a).toDateString() === new Date(b).toDateString();

export const moment = (ms: number): string => full.format(ms);

/** Local times; the day is named only where it is not today. */
export function span({ fromMs, toMs }: TimeRange, nowMs: number): string {
  const at = (ms: number, withDay: boolean) =>
    withDay ? `${day.format(ms)}, ${time.format(ms)}` : time.format(ms);
  const isToday = isSameDay(fromMs, nowMs) && isSameDay(toMs, nowMs);
  return `${at(fromMs, !isToday)} – ${at(toMs, !isSameDay(fromMs, toMs))}`;
}

/** The reader's zone, as `UTC+1`: what all times of the page are in. */
export function zone(ms: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'shortOffset' }).formatToParts(ms);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  return name.replace('GMT', 'UTC').replace(/\+0$/, '');
}

/** `12 s`, `3 min`, `2 h`, `5 days`. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 130_000) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

export const ago = (ms: number | undefined, nowMs: number): string =>
  ms === undefined ? 'never' : nowMs - ms < 2000 ? 'just now' : `${elapsed(nowMs - ms)} ago`;

/** For `<input type="datetime-local">`, which speaks local time without a zone. */
export function localInput(ms: number): string {
  const date = new Date(ms);
  return new Date(ms - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
