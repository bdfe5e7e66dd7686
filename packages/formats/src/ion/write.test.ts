import fc from 'fast-check';
import { load } from 'ion-js';
import { expect, test } from 'vitest';
import { readIonBinary } from './read-binary.ts';
import { ionBytes } from './write.ts';

const bounds = { depth: 100_000, values: 1_000_000, containers: 1_000_000, symbolLength: 1000 };

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.boolean(),
);
const value = (key: fc.Arbitrary<string>) =>
  fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      scalar,
      fc.array(tie('value')),
      fc.dictionary(key, tie('value')),
    ),
  })).value;
const key = fc.string({ unit: 'grapheme', maxLength: 20 });

/** What ion-js reads, as plain values. */
const plain = (bytes: Uint8Array): unknown => JSON.parse(JSON.stringify(load(bytes)));

test('the reference implementation reads every value back', () => {
  // It takes "__proto__" for no name.
  fc.assert(
    fc.property(value(key.filter((text) => text !== '__proto__')), (one) => {
      expect(plain(ionBytes(one))).toEqual(JSON.parse(JSON.stringify(one)));
    }),
  );
});

test('our own reader reads every value back', () => {
  const any = fc.oneof(key, fc.constant('__proto__'), fc.constant('constructor'));
  fc.assert(
    fc.property(value(any), (one) => {
      expect(readIonBinary(ionBytes(one), bounds)).toEqual([JSON.parse(JSON.stringify(one))]);
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
  const bytes = ionBytes(wide);
  expect(plain(bytes)).toEqual(wide);
  expect(readIonBinary(bytes, bounds)).toEqual([wide]);
});

test('a tree far deeper than the stack is written, and read back', () => {
  let node: object = { counts: { RUNNABLE: 1 } };
  for (let depth = 0; depth < 20_000; depth++) node = { children: { [`f${depth % 7}`]: node } };
  const bytes = ionBytes(node);
  expect(ionBytes(readIonBinary(bytes, bounds)[0])).toEqual(bytes);
});
