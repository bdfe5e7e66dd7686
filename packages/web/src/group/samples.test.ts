import { expect, test } from 'vitest';
import { noise } from './samples.tsx';

test('what is noise is said in percentage points, in words', () => {
  expect(noise(150)).toBe('±8\u00a0percentage points');
  expect(noise(1600)).toBe('±2.5\u00a0percentage points');
});
