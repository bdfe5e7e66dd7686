import fc from 'fast-check';
import { expect, test } from 'vitest';
import { problemOf } from '../format-contract.ts';
import { ProtoReader } from './proto-reader.ts';
import { ProtoWriter } from './proto-writer.ts';

/** The slow and obvious way to write a varint. */
function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

const signed = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -300n, max: 300n }),
);

test('every 64-bit integer is read, exactly where a double can hold it', () => {
  fc.assert(
    fc.property(signed, (value) => {
      const bytes = Uint8Array.from(varint(value));
      const unsigned = BigInt.asUintN(64, value);
      expect(new ProtoReader(bytes).uint64()).toBe(unsigned);
      expect(new ProtoReader(bytes).int64()).toBe(Number(value));
      expect(new ProtoReader(bytes).id()).toBe(
        unsigned <= 2n ** 53n - 1n ? Number(unsigned) : unsigned,
      );
      expect(new ProtoReader(bytes).varint() / Number(unsigned || 1n)).toBeCloseTo(
        unsigned === 0n ? 0 : 1,
        12,
      );
    }),
    // Read seven bits at a time, this one is rounded twice.
    { examples: [[2052245747972597630n]], numRuns: 1000 },
  );
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.string(), fc.array(fc.maxSafeNat()), (number, text, list) => {
      const inner = new ProtoWriter();
      inner.text(2, text);
      inner.packed(3, list);
      const writer = new ProtoWriter();
      writer.integer(1, number);
      writer.message(200, inner);
      const reader = new ProtoReader(writer.finish());
      expect([reader.tag(), reader.varint(), reader.tag()]).toEqual([1, number, 200]);
      const outer = reader.enter();
      expect(reader.tag()).toBe(2);
      const end = reader.delimited();
      expect(
        new TextDecoder('utf-8', { ignoreBOM: true }).decode(
          reader.bytes.subarray(reader.pos, end),
        ),
      ).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text)));
      reader.pos = end;
      expect(reader.tag()).toBe(3);
      const outermost = reader.enter();
      const read: number[] = [];
      while (reader.pos < reader.end) read.push(reader.varint());
      expect(read).toEqual(list);
      reader.leave(outermost);
      reader.leave(outer);
      expect(reader.pos).toBe(reader.bytes.length);
    }),
  );
});

test.each([
  ['the end', [0x80], 'truncated-profile'],
  ['nothing', [], 'truncated-profile'],
  ['eleven bytes', new Array(11).fill(0x80), 'corrupt-profile'],
] as const)('a varint of %s is a problem', (_, bytes, code) => {
  for (const read of ['varint', 'int64', 'uint64', 'id', 'tag'] as const) {
    expect(problemOf(() => new ProtoReader(Uint8Array.from(bytes))[read]())).toBe(code);
  }
});

test('a message ends where its parent says, whatever it claims', () => {
  // Field 1 of three bytes, in which a field claims nine.
  const bytes = Uint8Array.of(0x0a, 3, 0x12, 9, 0, 0x18, 5);
  const reader = new ProtoReader(bytes);
  reader.tag();
  const outer = reader.enter();
  reader.tag();
  expect(problemOf(() => reader.skip())).toBe('corrupt-profile');
  reader.leave(outer);
  expect([reader.tag(), reader.varint()]).toEqual([3, 5]);
});

test('fixed-size fields are skipped', () => {
  const reader = new ProtoReader(
    Uint8Array.of(0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 1, 2, 3, 4, 0x18, 5),
  );
  reader.tag();
  reader.skip();
  reader.tag();
  reader.skip();
  expect([reader.tag(), reader.varint()]).toEqual([3, 5]);
});
