import { expect, test } from 'vitest';
import {
  groupToken,
  nameOfToken,
  reportOfToken,
  reportToken,
  timeOfToken,
  timeToken,
} from './page-token.ts';

const names = [
  'short',
  'x'.repeat(62),
  'y'.repeat(63),
  `${'z'.repeat(254)}a`,
  `${'z'.repeat(254)}b`,
];
const catalog = {
  groups: async ({ after }: { readonly after?: string | undefined }) => {
    const index = after === undefined ? 0 : names.indexOf(after) + 1;
    const groups = names.slice(index, index + 2).map((name) => ({ name }));
    return { groups, next: index + 2 < names.length ? groups.at(-1)?.name : undefined } as never;
  },
};

test('a token fits the pattern that clients check, and leads back to its name', async () => {
  for (const name of names) {
    const token = groupToken(name);
    expect(token).toMatch(/^[\w-]{1,64}$/);
    expect(await nameOfToken(token, catalog)).toBe(name);
  }
});

test('a token of a time leads back to it, and other tokens are refused', async () => {
  expect(timeOfToken(timeToken(1_764_021_600_000))).toBe(1_764_021_600_000);
  expect(() => timeOfToken('n-x')).toThrow(/nextToken/);
  await expect(nameOfToken('t-1', catalog)).rejects.toThrow(/nextToken/);
  await expect(nameOfToken(`h-${'0'.repeat(40)}`, catalog)).rejects.toThrow(/nextToken/);
});

test('a token of a report leads back to it, and other tokens are refused', () => {
  const report = { toMs: 1_764_021_600_000, id: '01234567-89ab-cdef-0123-456789abcdef' };
  expect(reportToken(report)).toMatch(/^[\w-]{1,64}$/);
  expect(reportOfToken(reportToken(report))).toEqual(report);
  for (const token of ['t-1', 'r-1', 'r-x-01234567-89ab-cdef-0123-456789abcdef', 'r-1-x']) {
    expect(() => reportOfToken(token)).toThrow(/nextToken/);
  }
});
