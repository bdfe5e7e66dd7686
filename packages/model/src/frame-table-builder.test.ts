import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameTableBuilder, runtimes } from './index.ts';

test('row 0 is the root', () => {
  const frames = new FrameTableBuilder();
  expect(frames.row('', '', '', 'other')).toBe(0);
  expect(frames.build()).toEqual({
    length: 1,
    name: [''],
    file: [''],
    module: [''],
    runtime: Uint8Array.of(0),
  });
});

test('a row is unique in name, file, module and runtime, whatever is in them', () => {
  const anyText = fc.constantFrom('', 'a', 'b', 'a b', '__proto__', 'constructor', 'a\0b');
  const anyRow = fc.tuple(anyText, anyText, anyText, fc.constantFrom(...runtimes));
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 3000, size: 'max' }), (rows) => {
      const frames = new FrameTableBuilder();
      const slow = new Map([['["","","","other"]', 0]]);
      for (const row of rows) {
        const key = JSON.stringify(row);
        const expected = slow.get(key) ?? slow.size;
        expect(frames.row(...row)).toBe(expected);
        slow.set(key, expected);
      }
      const table = frames.build();
      expect(table.length).toBe(slow.size);
      for (const [key, row] of slow) {
        const runtime = runtimes[table.runtime[row]!];
        expect(JSON.stringify([table.name[row], table.file[row], table.module[row], runtime])).toBe(
          key,
        );
      }
    }),
    { numRuns: 20 },
  );
});
