import { normaliseFile, normaliseName, runtimes } from '@everflame/model';
import { expect, test } from 'vitest';
import { inflate } from '../test/samples.ts';
import { decode } from './decode.ts';
import { frameText, threadText } from './folded/frame-text.ts';
import { problemOf } from './format-contract.ts';
import { moduleOf } from './module-of.ts';

/** As long as a name may be. A look that takes the square of it takes seconds, one in proportion a millisecond. */
const LENGTH = 65_536;

test.each([
  ['.', '!'],
  ['/', '!'],
  ['a.', '!'],
  ['/gems/', '-1-1-1'],
  ['-1', ''],
  ['<ipython-input-', ''],
  ['site-packages', ''],
  [' (a:1', ''],
  ['_[j', ']'],
])('a name of many %j and %j takes no longer than in proportion', (part, end) => {
  const text = part.repeat(Math.ceil(LENGTH / part.length)).slice(0, LENGTH - end.length) + end;
  for (const name of [text, `/gems/${text}`, `node:${text}`]) {
    const before = performance.now();
    for (const runtime of runtimes) {
      normaliseName(runtime, name);
      normaliseFile(runtime, name);
      moduleOf(runtime, { name, file: '' });
      moduleOf(runtime, { name: '', file: name });
    }
    frameText(name);
    threadText(name);
    expect(performance.now() - before).toBeLessThan(10_000);
  }
});

test('a thread whose number has no end, and a count that is none, are seen through at once', () => {
  const digits = '1'.repeat(LENGTH);
  const before = performance.now();
  threadText(`Thread ${digits}\u2028x`);
  const text = new TextEncoder().encode(`main;f ${digits}${digits}x`);
  expect(problemOf(() => decode(text, { inflate, hints: { fileName: 'a.folded' } }))).toBe(
    'missing-count',
  );
  expect(performance.now() - before).toBeLessThan(10_000);
});
