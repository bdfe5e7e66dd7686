import { expect, test } from 'vitest';
import { noise } from './samples.tsx';

test('how good a share is, is said in percentage points', () => {
  expect(noise(150)).toBe('±8\u00a0points');
  expect(noise(1600)).toBe('±2.5\u00a0points');
});
