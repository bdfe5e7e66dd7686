import { expect, test } from 'vitest';
import { explained } from './explained.ts';

test('frames that are no functions are explained, functions are not', () => {
  expect(explained('Non JS threads activity')).toContain('garbage collection helpers');
  expect(explained('main')).toBeUndefined();
  expect(explained('constructor')).toBeUndefined();
});
