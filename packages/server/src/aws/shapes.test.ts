import { expect, test } from 'vitest';
import { Period, Timestamp } from './shapes.ts';

test.each([
  ['2020-06-01T00:00:00Z', Date.UTC(2020, 5, 1)],
  ['2020-06-02T01:02:03.456000Z', Date.UTC(2020, 5, 2, 1, 2, 3, 456)],
  ['2020-06-02T01:02:03.123456789Z', Date.UTC(2020, 5, 2, 1, 2, 3, 123)],
  ['2020-06-02T01:02:03.5+02:00', Date.UTC(2020, 5, 1, 23, 2, 3, 500)],
])('%s is a time', (text, ms) => {
  expect(Timestamp.parse(text)).toBe(ms);
});

test.each([
  ...['2020-06-01', '2020-06-01T00:00:00', '1590969600', '2020-13-01T00:00:00Z', ''],
  ...['2021-02-29T00:00:00Z', '2020-02-30T00:00:00Z', '2020-04-31T00:00:00+02:00'],
  // Of a year that no client can read in an answer.
  ...['0000-12-31T23:59:59Z', '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-00:01'],
])('“%s” is not a time', (text) => {
  expect(Timestamp.safeParse(text).success).toBe(false);
});

test.each([
  '0001-01-01T00:00:00Z',
  '0004-02-29T00:00:00Z',
  '2020-02-29T23:59:59-12:00',
  '9999-12-31T23:59:59.999Z',
])('%s is a time that clients can read', (text) => {
  expect(new Date(Timestamp.parse(text)).toISOString()).toMatch(/^\d{4}-/);
});

test.each([
  ['PT5M', 300_000],
  ['P1D', 86_400_000],
  ['P1DT1H1M1S', 90_061_000],
  ['P1W', 604_800_000],
])('%s is a duration', (text, ms) => {
  expect(Period.parse(text)).toBe(ms);
});

test.each(['', 'P', 'PT', '5M', 'PT0S', 'P1Y', 'PT1.5H'])('“%s” is not a duration', (text) => {
  expect(Period.safeParse(text).success).toBe(false);
});
