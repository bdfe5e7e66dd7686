import { expect, test } from 'vitest';
import { labelName } from './label-name.ts';

test('a label of a convention has a name that people use, another its own', () => {
  expect(['process.runtime.version', 'team', 'constructor'].map(labelName)).toEqual([
    'runtime version',
    'team',
    'constructor',
  ]);
});
