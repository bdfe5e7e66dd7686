/** A timestamp taken apart, in the time of its offset. What is left out is the least it can be. */
export interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Of the second. */
  readonly milliseconds: number;
  readonly offsetMinutes: number;
}

/** Epoch milliseconds; undefined where no calendar has such a moment. */
export function epochMs(moment: Moment): number | undefined {
  const { year, month, day, hour, minute, second, milliseconds, offsetMinutes } = moment;
  const isPossible =
    within(year, 1, 9999) &&
    within(month, 1, 12) &&
    within(day, 1, 31) &&
    within(hour, 0, 23) &&
    within(minute, 0, 59) &&
    within(second, 0, 59) &&
    within(milliseconds, 0, 999) &&
    within(offsetMinutes, -1439, 1439);
  if (!isPossible) return undefined;
  // Date.UTC takes the years before 100 for those of the last century.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCDate() !== day) return undefined;
  return date.setUTCHours(hour, minute - offsetMinutes, second, milliseconds);
}

const within = (value: number, least: number, most: number): boolean =>
  value >= least && value <= most;
