import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTree } from './any-tree.ts';
import { pathTo } from './flame-tree.ts';
import { exactly, matches, quoted } from './search.ts';

test('the weight under matches counts nothing twice', () => {
  fc.assert(
    fc.property(anyTree(), fc.constantFrom('a', 'B', 'c.ts', '"d"', ''), (tree, query) => {
      const found = matches(tree, query);
      const isMatch = (node: number) => found.frames[tree.frame[node]!] === 1;
      const all = Array.from({ length: tree.length }, (_, node) => node).filter(isMatch);
      expect(found.nodes).toEqual(all);
      const topmost = all.filter((node) => pathTo(tree, node).filter(isMatch).length === 1);
      const weight = topmost.reduce((sum, node) => sum + tree.total[node]!, 0);
      expect(found.weight).toBe(weight);
      expect(found.frameCount).toBe(new Set(all.map((node) => tree.frame[node])).size);
    }),
  );
});

test('words are looked for in name and file, a quoted name is that name alone', () => {
  fc.assert(
    fc.property(anyTree(), (tree) => {
      const names = (query: string) =>
        tree.frames.name.filter((_, frame) => matches(tree, query).frames[frame] === 1);
      expect(names('.TS').sort()).toEqual(tree.frames.name.filter((name) => name !== '').sort());
      expect(names(exactly('a'))).toEqual(tree.frames.name.filter((name) => name === 'a'));
    }),
    { numRuns: 20 },
  );
  expect(quoted(exactly('say "hi"'))).toEqual({ name: 'say "hi"', file: undefined });
  expect(quoted('"')).toBeUndefined();
});

test('a file after a quoted name leaves out namesakes in other files', () => {
  fc.assert(
    fc.property(anyTree(), (tree) => {
      const found = (file?: string) => matches(tree, exactly('a', file)).nodes.length;
      expect(found('a.ts')).toBe(found());
      expect(found('b.ts')).toBe(0);
      expect(found('')).toBe(0);
    }),
    { numRuns: 20 },
  );
  expect(quoted(exactly('(anonymous)', 'C:\\my app\\a.js'))).toEqual({
    name: '(anonymous)',
    file: 'C:\\my app\\a.js',
  });
  expect(quoted(exactly('now', ''))).toEqual({ name: 'now', file: '' });
});
