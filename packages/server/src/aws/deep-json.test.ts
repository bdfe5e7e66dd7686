import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deepJson } from './deep-json.ts';

test('JSON is what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (one) => {
      expect(deepJson(one)).toBe(JSON.stringify(one));
    }),
  );
  expect(deepJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
});

test('a tree far deeper than the stack is written', () => {
  let node: object = { counts: { RUNNABLE: 1 } };
  for (let depth = 0; depth < 20_000; depth++) node = { children: { [`f${depth % 7}`]: node } };
  expect(deepJson(node)).toMatch(/\{"counts":\{"RUNNABLE":1\}\}(\}\})+$/);
});
