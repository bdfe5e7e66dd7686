import { expect, test } from 'vitest';
import { rangeToShow } from './upload-range.ts';

const noon = Date.UTC(2026, 10, 22, 12);

test('what was just recorded is shown by a fresh page, older files by their own range', () => {
  expect(rangeToShow({ fromMs: noon - 60_000, toMs: noon }, noon)).toBeUndefined();
  const old = noon - 86_400_000;
  expect(rangeToShow({ fromMs: old + 60_000, toMs: old + 90_000 }, noon)).toEqual({
    from: '2026-11-21T12:00Z',
    to: '2026-11-21T12:30Z',
  });
  expect(rangeToShow({ fromMs: old, toMs: old + 7_200_000 }, noon)).toEqual({
    from: '2026-11-21T12:00Z',
    to: '2026-11-21T14:00Z',
  });
});
