import { expect, test } from 'vitest';
import { FrameNames } from './frame-names.ts';

/** A file of frames, read when `go` is called. */
function slowFile(frames: readonly (readonly [string, number])[]) {
  let go = (): void => undefined;
  const gate = new Promise<void>((open) => {
    go = open;
  });
  const asked: string[] = [];
  const read = async (names: readonly string[]) => {
    asked.push(...names);
    await gate;
    return frames.filter(([name]) => names.includes(name));
  };
  return { go, asked, read };
}

test('frames of a name are those in the file, those not yet in it, and those that come while it is read', async () => {
  const names = new FrameNames();
  const file = slowFile([
    ['main', 1],
    ['main', 4],
    ['read', 2],
  ]);
  const sources = { read: file.read, unwritten: () => [['main', 5] as const] };
  const first = names.find(['main'], sources);
  names.add('main', 6);
  names.add('other', 7);
  const second = names.find(['main', 'read'], sources);
  file.go();
  expect((await first).get('main')?.toSorted()).toEqual([1, 4, 5, 6]);
  expect((await second).get('read')).toEqual([2]);
  names.add('main', 8);
  const third = await names.find(['main'], sources);
  expect(third.get('main')?.toSorted()).toEqual([1, 4, 5, 6, 8]);
  expect(file.asked).toEqual(['main', 'read']);
});

test('a name whose reading failed is read again', async () => {
  const names = new FrameNames();
  const unwritten = () => [];
  const broken = { unwritten, read: () => Promise.reject(new Error('the disk')) };
  await expect(names.find(['main'], broken)).rejects.toThrow('the disk');
  const file = slowFile([['main', 1]]);
  file.go();
  const found = await names.find(['main'], { unwritten, read: file.read });
  expect(found.get('main')).toEqual([1]);
});
