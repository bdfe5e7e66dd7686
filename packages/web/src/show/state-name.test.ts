import { threadStates } from '@everflame/model';
import { expect, test } from 'vitest';
import { stateName } from './state-name.ts';

test('every state that the model knows has words of its own', () => {
  expect(new Set(threadStates.map(stateName)).size).toBe(threadStates.length);
  for (const state of threadStates) expect(stateName(state)).toMatch(/^[a-z ]+$/);
});

test('a state that no agent stated is called so, and one that nobody knows is shown as it came', () => {
  expect(['UNKNOWN', 'BLOCKED', 'SLEEPING'].map(stateName)).toEqual([
    'not stated',
    'blocked',
    'SLEEPING',
  ]);
});
