import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Problem } from '@everflame/model';
import { expect, test } from 'vitest';
import { inflate } from '../test/samples.ts';
import { decode, formats } from './decode.ts';
import { problemOf } from './format-contract.ts';

test.each(formats.map(({ name }) => name))('%s passes the contract', (name) => {
  const file = new URL(`${name}/decode.test.ts`, import.meta.url);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  expect(text.replace(/\s/g, '').includes(`keepsTheFormatContract(${name},`)).toBe(true);
});

test('a bomb is refused while it inflates', () => {
  const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024), { level: 9 });
  const before = process.memoryUsage().arrayBuffers;
  expect(problemOf(() => decode(bomb, { inflate, limits: { inflatedBytes: 1024 * 1024 } }))).toBe(
    'inflated-too-large',
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
});

test('compression without end is refused', () => {
  let bytes: Uint8Array = new TextEncoder().encode('main 1');
  for (let layer = 0; layer < 9; layer++) bytes = gzipSync(bytes);
  expect(problemOf(() => decode(bytes, { inflate }))).toBe('corrupt-profile');
});

test('what is too large before anything is unpacked is refused', () => {
  const bytes = new TextEncoder().encode('main;f 1');
  expect(problemOf(() => decode(bytes, { inflate, limits: { inflatedBytes: 4 } }))).toBe(
    'inflated-too-large',
  );
});

test('the problems of a codec pass through, its errors become one', () => {
  const packed = gzipSync('main 1');
  const failing = (error: Error) => () =>
    decode(packed, {
      inflate: () => {
        throw error;
      },
    });
  expect(problemOf(failing(new Problem('unsupported-encoding')))).toBe('unsupported-encoding');
  expect(problemOf(failing(new Error('bad block')))).toBe('truncated-profile');
});

test.each(['<html><body>404</body></html>', 'PK\u0003\u0004', '[]', '\0\0\0\0'])(
  '%j is of no known format',
  (text) => {
    expect(problemOf(() => decode(new TextEncoder().encode(text), { inflate }))).toBe(
      'unknown-format',
    );
  },
);
