import { Problem } from '@everflame/model';

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const iso = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Epoch milliseconds of `now`, `-1h`, `1764021600000` or ISO 8601 (UTC unless it says). Throws Problem. */
export function timeOf(text: string, name: string, nowMs: number): number {
  if (text === 'now') return nowMs;
  const [, amount, unit] = /^-(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? [];
  const ms = unit ? nowMs - Number(amount) * (unitMs[unit] ?? Number.NaN) : absolute(text);
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) {
    throw new Problem(
      'invalid-parameter',
      `“${name}” takes epoch milliseconds, ISO 8601, “now” or a time before it such as “-1h”, not “${text}”.`,
    );
  }
  return Math.round(ms);
}

function absolute(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!iso.test(text)) return Number.NaN;
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/i.test(text) || text.length === 10;
  return Date.parse(hasZone ? text : `${text}Z`);
}
