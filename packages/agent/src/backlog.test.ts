import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backlog, KEPT_MS } from './backlog.ts';
import type { Upload } from './upload.ts';

const upload = (endMs: number, bytes: number): Upload => ({
  token: `${endMs}-${bytes}`,
  endMs,
  body: new Uint8Array(bytes),
});

/** What a bound means, the slow and obvious way: the newest that fit, and nothing older than the first that does not. */
function slowlyKept(uploads: readonly Upload[], bytesAllowed: number): Upload[] {
  let kept: Upload[] = [];
  for (const added of uploads) {
    kept = [...kept, added].sort((a, b) => a.endMs - b.endMs);
    while (kept.reduce((sum, { body }) => sum + body.byteLength, 0) > bytesAllowed) kept.shift();
  }
  return kept;
}

test('never holds more than it may, and drops the oldest first', () => {
  const uploads = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 60 }))
      .map(([t, n]) => upload(t, n)),
  );
  fc.assert(
    fc.property(uploads, (added) => {
      const dropped: Upload[] = [];
      const backlog = new Backlog(100, (one) => dropped.push(one));
      for (const one of added) backlog.add(one);
      expect([...backlog.all]).toEqual(slowlyKept(added, 100));
      expect(backlog.bytes).toBe(backlog.all.reduce((sum, { body }) => sum + body.byteLength, 0));
      expect(dropped.length + backlog.all.length).toBe(added.length);
    }),
  );
});

test('what is older than twelve hours is not worth sending', () => {
  const dropped: Upload[] = [];
  const backlog = new Backlog(1000, (one) => dropped.push(one));
  const [old, young] = [upload(1000, 10), upload(2000, 10)];
  backlog.add(young);
  backlog.add(old);
  expect(backlog.oldest(1000 + KEPT_MS)).toBe(old);
  expect(backlog.oldest(1001 + KEPT_MS)).toBe(young);
  expect(dropped).toEqual([old]);
  backlog.remove(young);
  expect(backlog.oldest(0)).toBeUndefined();
  expect(backlog.bytes).toBe(0);
});
