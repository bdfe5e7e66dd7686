import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decoded, gunzip, unzstd } from './inflate.ts';
import { largestZstdWindow } from './zstd-window.ts';

const text = new TextEncoder().encode('main;serve 1\n'.repeat(1000));
const limit = 1 << 20;

/** Magic, then blocks stored raw or as runs, as RFC 8878 allows. */
function zstd(
  blocks: readonly { readonly run?: number; readonly raw?: Uint8Array }[],
  windowByte = 0x38,
): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, windowByte)];
  for (const [index, { run, raw }] of blocks.entries()) {
    const size = run ?? raw?.length ?? 0;
    const head = (index === blocks.length - 1 ? 1 : 0) | (run === undefined ? 0 : 2) | (size << 3);
    parts.push(Uint8Array.of(head & 255, (head >> 8) & 255, head >> 16));
    parts.push(raw ?? Uint8Array.of(65));
  }
  return Buffer.concat(parts);
}

test('gzip and zstd are undone, and nothing else is taken', () => {
  expect(decoded(gzipSync(text), 'gzip', limit)).toEqual(Buffer.from(text));
  expect(decoded(zstd([{ raw: text.subarray(0, 100) }]), 'zstd', limit)).toEqual(
    Buffer.from(text.subarray(0, 100)),
  );
  expect(decoded(text, '', limit)).toBe(text);
  expect(decoded(text, 'identity', limit)).toBe(text);
  expect(() => decoded(text, 'br', limit)).toThrow(/br/);
  expect(() => decoded(text, 'gzip, gzip', limit)).toThrow(/One coding/);
});

test('several gzip members are one body', () => {
  const twice = Buffer.concat([gzipSync(text), gzipSync(text)]);
  expect(gunzip(twice, limit).length).toBe(text.length * 2);
});

test('a bomb is stopped while it unfolds', () => {
  const bomb = gzipSync(Buffer.alloc(8 << 20));
  expect(bomb.length).toBeLessThan(10_000);
  expect(() => gunzip(bomb, limit)).toThrow(
    expect.objectContaining({ code: 'inflated-too-large' }),
  );
  const runs = zstd(Array.from({ length: 100 }, () => ({ run: 128 * 1024 })));
  expect(() => unzstd(runs, limit)).toThrow(
    expect.objectContaining({ code: 'inflated-too-large' }),
  );
});

test('a zstd frame that asks for an enormous window is refused before it is allocated', () => {
  const huge = zstd([{ raw: text.subarray(0, 10) }], 0xf8);
  expect(largestZstdWindow(huge)).toBe(2 ** 41);
  expect(() => unzstd(huge, 1 << 30)).toThrow(
    expect.objectContaining({ code: 'inflated-too-large' }),
  );
  const second = Buffer.concat([zstd([{ raw: text.subarray(0, 10) }]), huge]);
  expect(() => unzstd(second, 1 << 30)).toThrow(
    expect.objectContaining({ code: 'inflated-too-large' }),
  );
});

test('a body cut anywhere is a problem, never a crash and never a part of it', () => {
  const bodies = [
    { whole: gzipSync(text), undo: gunzip },
    { whole: zstd([{ raw: text.subarray(0, 60) }, { run: 40 }]), undo: unzstd },
  ];
  for (const { whole, undo } of bodies) {
    for (let end = 1; end < whole.length; end++) {
      expect(() => undo(whole.subarray(0, end), limit)).toThrow(
        expect.objectContaining({ name: 'Problem' }),
      );
    }
  }
});

test('a body changed anywhere is read or a problem, never another error', () => {
  for (const { whole, undo } of [
    { whole: gzipSync(text), undo: gunzip },
    { whole: zstd([{ raw: text.subarray(0, 60) }, { run: 40 }]), undo: unzstd },
  ]) {
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      try {
        undo(changed, limit);
      } catch (error) {
        expect(error).toMatchObject({ name: 'Problem' });
      }
    }
  }
});
