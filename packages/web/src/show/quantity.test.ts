import { expect, test } from 'vitest';
import { bytes, cores, count, duration, percent, plusMinus } from './quantity.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('time is shown in the unit a person would choose', () => {
  const shown = [0, 900, 1.5e6, 2.5e9, 197e9, 9e12, 1e15].map((ns) => plain(duration(ns)));
  expect(shown).toEqual(['0 ns', '900 ns', '1.5 ms', '2.5 s', '3.28 min', '2.5 h', '11.6 days']);
});

test('bytes count in 1024, numbers in thousands', () => {
  expect(plain(bytes(2 ** 30 * 3.91))).toBe('3.91 GiB');
  expect(plain(bytes(12))).toBe('12 B');
  expect([0, 999, 1234, 9999, 12_345, 2_060_000].map((n) => plain(count(n)))).toEqual([
    '0',
    '999',
    '1,234',
    '9,999',
    '12.3 k',
    '2.06 M',
  ]);
});

test('a share has the digits that tell it from its neighbours', () => {
  const shown = [0, 0.000001, 0.00012, 0.0286, 0.09995, 0.6507, 1].map((s) => plain(percent(s)));
  expect(shown).toEqual(['0 %', '<0.001 %', '0.012 %', '2.86 %', '10.0 %', '65.1 %', '100.0 %']);
  expect(plusMinus(0.1, 0.14)).toBe('±2.0');
  expect(plusMinus(0.1, 0.104)).toBe('±0.20');
  expect([0, 0.0041, 0.123, 12.34, 120.4].map(cores)).toEqual([
    '0',
    '0.0041',
    '0.12',
    '12.3',
    '120',
  ]);
});
