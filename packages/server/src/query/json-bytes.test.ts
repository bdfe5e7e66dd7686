import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonBytes } from './json-bytes.ts';

const textOf = (json: JsonBytes): string => new TextDecoder().decode(json.done());

const anyCount = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.nat(53).map((power) => 2 ** power - 1),
  fc.nat(15).map((power) => 10 ** power),
);

test('numbers are written as JSON writes them, whatever they are', () => {
  const anyNumbers = fc.array(fc.oneof(anyCount, fc.double()));
  fc.assert(
    fc.property(anyNumbers, (values) => {
      // Zero has no sign in JSON.
      expect(textOf(new JsonBytes().numbers(values))).toBe(JSON.stringify(values));
    }),
  );
});

test('millionths are written as the decimal that they are', () => {
  const anyMillionths = fc.array(
    fc.oneof(fc.nat(100_000_000), fc.nat(1_000_000), anyCount, fc.double()),
  );
  fc.assert(
    fc.property(anyMillionths, (values) => {
      const decimals = values.map((value) => value / 1e6);
      expect(textOf(new JsonBytes().millionths(values))).toBe(JSON.stringify(decimals));
    }),
  );
});

test('columns longer than any buffer, and texts beside them, are whole', () => {
  const values = Float64Array.from({ length: 100_000 }, (_, index) => index * 12_345_678_901);
  const name = JSON.stringify('“größer” '.repeat(20_000));
  const json = textOf(new JsonBytes().text(`{"n":${name},"v":`).numbers(values).text('}'));
  expect(json).toBe(`{"n":${name},"v":${JSON.stringify([...values])}}`);
});
