import fc from 'fast-check';
import { load } from 'ion-js';
import { expect, test } from 'vitest';
import { deepJson } from './deep-json.ts';
import { ionBytes } from './ion.ts';

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.boolean(),
);
const key = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => text !== '__proto__');
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    scalar,
    fc.array(tie('value')),
    fc.dictionary(key, tie('value')),
  ),
})).value;

/** What ion-js reads, as plain values. */
const plain = (bytes: Uint8Array): unknown => JSON.parse(JSON.stringify(load(bytes)));

test('the reference implementation reads every value back', () => {
  fc.assert(
    fc.property(value, (one) => {
      expect(plain(ionBytes(one))).toEqual(JSON.parse(JSON.stringify(one)));
    }),
  );
});

test('names and texts longer than a length nibble, and large trees, survive', () => {
  const wide = {
    children: Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [
        `frame ${index} ${'x'.repeat(index % 300)}`,
        { counts: { RUNNABLE: index } },
      ]),
    ),
  };
  expect(plain(ionBytes(wide))).toEqual(wide);
});

test('JSON is what JSON.stringify writes', () => {
  fc.assert(
    fc.property(value, (one) => {
      expect(deepJson(one)).toBe(JSON.stringify(one));
    }),
  );
  expect(deepJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
});

test('a tree far deeper than the stack is written in both', () => {
  let node: object = { counts: { RUNNABLE: 1 } };
  for (let depth = 0; depth < 20_000; depth++) node = { children: { [`f${depth % 7}`]: node } };
  expect(deepJson(node)).toMatch(/\{"counts":\{"RUNNABLE":1\}\}(\}\})+$/);
  expect(ionBytes(node).length).toBeGreaterThan(20_000);
});
