import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problems } from '@everflame/model';
import { expect, test } from 'vitest';
import { statusOf } from './answer-problem.ts';

const packages = new URL('../../', import.meta.url).pathname;

/** Tests, and the contracts that tests call. */
const tests = readdirSync(packages, { recursive: true, encoding: 'utf8' })
  .filter((path) => /(\.test\.ts|-contract\.ts|\/contract\/[\w-]+\.ts)$/.test(path))
  .filter((path) => !path.includes('node_modules') && !path.includes('answer-problem.test'))
  .map((path) => readFileSync(join(packages, path), 'utf8'));

test.each(Object.entries(problems))(
  '“%s” has a sentence, a status, and a test that provokes it',
  (code, sentence) => {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    const status = statusOf[code as keyof typeof statusOf];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(tests.some((text) => text.includes(`'${code}'`))).toBe(true);
  },
);
