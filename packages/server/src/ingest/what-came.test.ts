import { expect, test } from 'vitest';
import { whatCame } from './what-came.ts';

const came = (body: string) => whatCame(new TextEncoder().encode(body), 'The body');

test.each([
  ['cpu.pprof', 'The body begins with “cpu.pprof”: did you mean @cpu.pprof?'],
  [
    './out/heap.pb.gz\n',
    'The body begins with “./out/heap.pb.gz”: did you mean @./out/heap.pb.gz?',
  ],
  ['<html>\n<p>Hi', 'The body begins with “<html>”, as no known format does.'],
  ['{"a":1}', 'The body begins with “{"a":1}”, as no known format does.'],
  [`${'é '.repeat(100)}`, `The body begins with “${'é '.repeat(20)}…”, as no known format does.`],
])('%j is told as it came', (body, sentence) => {
  expect(came(body)).toBe(sentence);
});

test('bytes that are no text are told as bytes', () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0);
  expect(whatCame(png, 'The part “x”')).toBe(
    'The part “x” begins with the bytes 89 50 4e 47 0d 0a 1a 0a, as no known format does.',
  );
});
