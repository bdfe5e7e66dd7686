import { expect, test } from 'vitest';
import { callTreeOf, draw, path, profileOf, treeOf } from './index.ts';

const picture = `
  main     main   main
  parse:3  parse  render
  read
`;

test('what is drawn is read, and drawn again', () => {
  expect(draw(profileOf(picture))).toBe('main 3\n  parse 2\n    read 1\n  render 1');
  expect(draw(treeOf(picture, { weights: [1, 1, 5] }))).toBe(
    'main 7\n  render 5\n  parse 2\n    read 1',
  );
});

test('lines and states are what the drawing and its options say', () => {
  const tree = callTreeOf(profileOf(picture, { states: ['IDLE', 'RUNNABLE', 'IDLE'] }));
  const parse = Array.from(tree.frame).findIndex((row) => tree.frames.name[row] === 'parse');
  expect([tree.lineFrom[parse], tree.lineTo[parse]]).toEqual([3, 3]);
  expect(path(tree, parse)).toEqual([1, parse]);
  expect(path(tree, 0)).toEqual([]);
  expect(tree.columns.map(({ state }) => state)).toEqual(['IDLE', 'RUNNABLE']);
  expect(draw(tree, tree.columns[1])).toContain('render 0');
});
