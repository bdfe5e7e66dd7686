import { FrameTableBuilder, frameIds } from '@everflame/model';
import { expect, test } from 'vitest';
import { FrameDictionary } from './frame-dictionary.ts';

function tableOf(...names: string[]) {
  const builder = new FrameTableBuilder();
  for (const name of names) builder.row(name, 'f.js', '', 'nodejs');
  return builder.build();
}

test('texts are let go of past a bound, but never those that wait to be written', () => {
  const frames = new FrameDictionary(500);
  const intern = (...names: string[]) => {
    const table = tableOf(...names);
    return [...frames.intern(table, frameIds(table))].slice(1);
  };
  const first = intern('a', 'b');
  frames.trim();
  expect(frames.table(first)?.name).toEqual(['a', 'b']);
  frames.settle();
  const second = intern('c'.repeat(600), 'd');
  frames.trim();
  expect(frames.table(first)).toBeUndefined();
  expect(frames.table(second)).toMatchObject({
    name: ['c'.repeat(600), 'd'],
    file: ['f.js', 'f.js'],
  });
  frames.settle();
  frames.trim();
  expect(frames.table(second)).toBeUndefined();
  expect(intern('a', 'd')).toEqual([first[0], second[1]]);
});
