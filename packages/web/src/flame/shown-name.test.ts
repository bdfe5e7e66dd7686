import { expect, test } from 'vitest';
import { lengthsOf } from './labels.ts';
import { shortPlace, shownName } from './shown-name.ts';

test('a function without a name is shown with its file and line, any other by its name alone', () => {
  expect(shownName('(anonymous)', '/srv/shop/app.js', 8)).toBe('(anonymous) app.js:8');
  expect(shownName('(anonymous)', 'C:\\shop\\app.js', 0)).toBe('(anonymous) app.js');
  expect(shownName('(anonymous)', '', 0)).toBe('(anonymous)');
  // The line of the function itself wins over the line that was running in it.
  expect(shownName('(anonymous:5)', '/srv/shop/app.js', 8)).toBe('(anonymous) app.js:5');
  expect(shownName('(anonymous:5)', '', 8)).toBe('(anonymous:5)');
  expect(shownName('total', '/srv/shop/app.js', 8)).toBe('total');
  expect(shortPlace('node:internal/timers', 12)).toBe('timers:12');
});

test('in a narrow box the place of a nameless function stays, and is not cut at its dot', () => {
  expect(lengthsOf('(anonymous) app.js:8')).toEqual([
    '(anonymous) app.js:8',
    'app.js:8',
    'app.js:8',
  ]);
});
