export type Unit = 'ns' | 'bytes' | 'count';

/** Keeps number and unit on one line. */
const space = '\u00a0';

const scaled = (value: number, digits = 3): string =>
  value === 0 ? '0' : String(Number(value.toPrecision(digits)));

function stepped(value: number, base: number, names: readonly string[]): string {
  let at = 0;
  let rest = value;
  while (Math.abs(rest) >= base && at < names.length - 1) {
    rest /= base;
    at++;
  }
  const name = names[at] ?? '';
  return name === '' ? scaled(rest) : `${scaled(rest)}${space}${name}`;
}

export function duration(ns: number): string {
  if (ns < 1e9) return stepped(ns, 1000, ['ns', 'µs', 'ms']);
  const seconds = ns / 1e9;
  if (seconds < 120) return `${scaled(seconds)}${space}s`;
  if (seconds < 7200) return `${scaled(seconds / 60)}${space}min`;
  if (seconds < 172_800) return `${scaled(seconds / 3600)}${space}h`;
  return `${scaled(seconds / 86_400)}${space}days`;
}

export const bytes = (value: number): string =>
  stepped(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']);

export const count = (value: number): string =>
  value < 10_000
    ? String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
    : stepped(value, 1000, ['', 'k', 'M', 'G', 'T']);

/** `1 sample`, `2 samples`. */
export const counted = (value: number, thing: string): string =>
  `${count(value)} ${thing}${value === 1 ? '' : 's'}`;

export function quantity(value: number, unit: Unit): string {
  switch (unit) {
    case 'ns':
      return duration(value);
    case 'bytes':
      return bytes(value);
    case 'count':
      return count(value);
  }
}

/** A share from 0 to 1 as a percentage, with as many digits as tell it from its neighbours. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return `0${space}%`;
  if (value < 0.001) return `<0.001${space}%`;
  const digits = value >= 9.995 ? 1 : value >= 0.0995 ? 2 : 3;
  return `${value.toFixed(digits)}${space}%`;
}

/** Half the width of an interval around a share, in percentage points. */
export function plusMinus(low: number, high: number): string {
  const half = ((high - low) / 2) * 100;
  return `±${half >= 0.995 ? half.toFixed(1) : half.toFixed(2)}`;
}

export function cores(value: number): string {
  if (value === 0) return '0';
  if (value < 0.095) return String(Number(value.toPrecision(2)));
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
