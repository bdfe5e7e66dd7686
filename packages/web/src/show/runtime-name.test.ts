import { expect, test } from 'vitest';
import { runtimeName } from './runtime-name.ts';

test('a runtime is written as its community writes it', () => {
  expect(['nodejs 20.20.2', 'jvm', 'zig 0.14', ''].map(runtimeName)).toEqual([
    'Node.js 20.20.2',
    'JVM',
    'zig 0.14',
    '',
  ]);
});
