import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KEPT_MS } from './backlog.ts';
import { BufferFolder } from './buffer-folder.ts';
import type { Upload } from './upload.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'everflame-buffer-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const upload = (endMs: number, bytes = 10): Upload => ({
  token: `token-${endMs}`,
  endMs,
  body: new Uint8Array(bytes).fill(endMs % 256),
});

test('what was saved is loaded, oldest first, until it is forgotten', () => {
  const folder = new BufferFolder(root, 'shop', 1000);
  folder.save([upload(9), upload(10), upload(100)]);
  const loaded = folder.load(0);
  expect(loaded.map(({ token, endMs, body }) => [token, endMs, [...body]])).toEqual(
    [9, 10, 100].map((endMs) => [`token-${endMs}`, endMs, [...upload(endMs).body]]),
  );
  expect(new BufferFolder(root, 'other', 1000).load(0)).toEqual([]);
  // Saving what came from the folder writes nothing twice.
  folder.save(loaded);
  for (const one of loaded) folder.forget(one);
  folder.forget(loaded[0]!);
  expect(folder.load(0)).toEqual([]);
});

test('past its bound the oldest files go', () => {
  const folder = new BufferFolder(root, 'shop', 25);
  folder.save([upload(1), upload(2), upload(3)]);
  expect(folder.load(0).map(({ endMs }) => endMs)).toEqual([2, 3]);
});

test('what is too old is removed, and foreign and half-written files are left alone', () => {
  const folder = new BufferFolder(root, 'shop', 1000);
  folder.save([upload(1), upload(2 + KEPT_MS)]);
  writeFileSync(join(root, 'shop', '5-token-5.upload.part'), 'half');
  writeFileSync(join(root, 'shop', 'notes.txt'), 'hello');
  expect(folder.load(2 + KEPT_MS).map(({ endMs }) => endMs)).toEqual([2 + KEPT_MS]);
  expect(readdirSync(join(root, 'shop')).sort()).toEqual([
    `${2 + KEPT_MS}-token-${2 + KEPT_MS}.upload`,
    '5-token-5.upload.part',
    'notes.txt',
  ]);
});

test('a folder that does not exist holds nothing', () => {
  expect(new BufferFolder(join(root, 'nowhere'), 'shop', 1000).load(0)).toEqual([]);
});
