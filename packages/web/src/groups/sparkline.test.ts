import { expect, test } from 'vitest';
import { sparkPath } from './sparkline.tsx';

test('a sparkline goes from the left to the right, higher where there is more', () => {
  expect(sparkPath([0, 2, 1])).toBe('M0.0 22.0L60.0 2.0L120.0 12.0');
  expect(sparkPath([])).toBe('');
  expect(sparkPath([3])).toBe('M0.0 2.0L120 2.0');
});
