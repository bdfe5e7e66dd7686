import { expect, test } from 'vitest';
import { labelsOf, rangeOf, statesOf } from './view.ts';

test('states are read without regard to case', () => {
  expect(statesOf('runnable, BLOCKED')).toEqual(['RUNNABLE', 'BLOCKED']);
  expect(() => statesOf('RUNNING')).toThrow(/RUNNABLE/);
});

test('labels of one key are alternatives, and a value may hold colons', () => {
  expect(labelsOf(['region:eu', 'region:us', 'url:http://x'])).toEqual({
    region: ['eu', 'us'],
    url: ['http://x'],
  });
  expect(() => labelsOf(['region'])).toThrow(/key:value/);
  expect(() => labelsOf([':eu'])).toThrow(/key:value/);
  // biome-ignore lint/complexity/useLiteralKeys: the name is the point.
  expect(labelsOf(['__proto__:x', 'constructor:y'])['constructor']).toEqual(['y']);
  // A filter that is dropped would answer with everything.
  expect(Object.keys(labelsOf(['__proto__:x']))).toEqual(['__proto__']);
});

test('a range runs forwards and is not endless', () => {
  expect(rangeOf({ from: '-1h', to: 'now' }, 7_200_000)).toEqual({
    fromMs: 3_600_000,
    toMs: 7_200_000,
  });
  expect(() => rangeOf({ from: 'now', to: 'now' }, 7)).toThrow(/before/);
  expect(() => rangeOf({ from: '0', to: 'now' }, Date.UTC(2026, 0))).toThrow(/1100 days/);
});
