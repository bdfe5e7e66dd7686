import { expect, test } from 'vitest';
import { stateName } from './state-name.ts';

test('a state that no agent stated is called so', () => {
  expect(['UNKNOWN', 'BLOCKED'].map(stateName)).toEqual(['not stated', 'BLOCKED']);
});
