import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Writer } from '../../test/jfr-writer.ts';
import { problemOf } from '../format-contract.ts';
import { JfrReader } from './jfr-reader.ts';

const readerOf = (bytes: readonly number[], compressed = true) =>
  new JfrReader(Uint8Array.from(bytes), {
    start: 0,
    end: bytes.length,
    compressed,
    longestText: 100,
  });

/** Groups of seven bits, the ninth byte whole. */
function slowly(bytes: readonly number[]): bigint {
  let value = 0n;
  for (const [group, byte] of bytes.entries()) {
    const bits = group === 8 ? byte : byte & 127;
    value |= BigInt(bits) << BigInt(group * 7);
  }
  return BigInt.asIntN(64, value);
}

test('a number is what a BigInt makes of the same bytes, to the precision of a double', () => {
  const longs = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.maxSafeInteger().map(BigInt),
  );
  fc.assert(
    fc.property(longs, fc.boolean(), (long, compressed) => {
      const writer = new Writer(compressed);
      writer.long(long);
      const reader = readerOf(writer.bytes, compressed);
      const value = reader.long();
      expect(reader.pos).toBe(writer.bytes.length);
      const isExact = BigInt(Number(long)) === long && Number.isSafeInteger(Number(long));
      if (isExact) expect(value).toBe(Number(long));
      else expect(Math.abs(value / Number(long) - 1)).toBeLessThan(1e-15);
    }),
    { numRuns: 5000 },
  );
});

test('any bytes end after nine at most', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(255), { minLength: 9, maxLength: 9 }), (bytes) => {
      const reader = readerOf(bytes);
      const value = reader.varint();
      const read = bytes.slice(0, reader.pos);
      expect(read.slice(0, -1).every((byte) => byte > 127)).toBe(true);
      const exact = Number(slowly(read));
      expect(value === exact || Math.abs(value / exact - 1) < 1e-15).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test('keys that a double cannot tell apart are told apart, and found again', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 2 }), (keys) => {
      const writer = new Writer(true);
      for (const key of [...keys, ...keys]) writer.long(key);
      const reader = readerOf(writer.bytes);
      const ids = keys.map(() => reader.id());
      expect(keys.map(() => reader.id())).toEqual(ids);
      expect(new Set(ids).size).toBe(new Set(keys).size);
    }),
  );
});

test('nothing is read beyond the end', () => {
  for (const read of ['byte', 'varint', 'float', 'double', 'skipText'] as const) {
    expect(problemOf(() => readerOf([])[read]())).toBe('corrupt-profile');
  }
  expect(problemOf(() => readerOf([0xff, 0xff]).varint())).toBe('corrupt-profile');
  expect(problemOf(() => readerOf([5, 4, 65, 65]).text(() => ''))).toBe('corrupt-profile');
  expect(problemOf(() => readerOf([9]).skipText())).toBe('corrupt-profile');
});
