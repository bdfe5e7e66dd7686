import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelOf, lengthsOf } from './labels.ts';
import { cellsOf } from './visible-text.ts';

test.each([
  ['java.util.concurrent.ThreadPoolExecutor$Worker.run', 'ThreadPoolExecutor$Worker.run', 'run'],
  ['net/http.(*conn).serve', '(*conn).serve', 'serve'],
  [
    'G1ParScanThreadState::copy_to_survivor_space',
    'G1ParScanThreadState::copy_to_survivor_space',
    'copy_to_survivor_space',
  ],
  [
    'std::vector<int, std::allocator<int>>::push_back(int const&)',
    'vector<int, std::allocator<int>>::push_back',
    'push_back',
  ],
  ['OrderService.list', 'OrderService.list', 'list'],
  [
    '<alloc::vec::Vec<T> as core::iter::Extend>::extend',
    '<alloc::vec::Vec<T> as core::iter::Extend>::extend',
    'extend',
  ],
  ['(garbage collector)', '(garbage collector)', '(garbage collector)'],
  ['<module>', '<module>', '<module>'],
  ['main', 'main', 'main'],
  ['threading:Thread:_bootstrap', 'Thread:_bootstrap', '_bootstrap'],
  ['RegExp: ^[a-z]+$', 'RegExp: ^[a-z]+$', 'RegExp: ^[a-z]+$'],
  ['Node.js', 'Node.js', 'Node.js'],
  ['Non JS threads activity', 'Non JS threads activity', 'Non JS threads activity'],
  ['', '', ''],
])('%s is shortened to class and method, then to the method', (name, medium, short) => {
  expect(lengthsOf(name)).toEqual([name, medium, short]);
});

test('a label is the longest form that fits, and never wider than its box', () => {
  const lengths = lengthsOf('com.shop.OrderService.total');
  expect(labelOf(lengths, 40)).toBe('com.shop.OrderService.total');
  expect(labelOf(lengths, 20)).toBe('OrderService.total');
  expect(labelOf(lengths, 5)).toBe('total');
  expect(labelOf(lengths, 4)).toBe('tot…');
  expect(labelOf(lengths, 2)).toBe('');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 3, max: 60 }), (name, cells) => {
      expect(cellsOf(labelOf(lengthsOf(name), cells))).toBeLessThanOrEqual(cells);
    }),
  );
});
