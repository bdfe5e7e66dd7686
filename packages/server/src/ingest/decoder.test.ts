import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultLimits, type Limits } from '../limits.ts';
import type { DecodeJob } from './decode-job.ts';
import { Decoder } from './decoder.ts';

let folder: string;
let program: URL;

/** Does what the body says, so that a test can make a thread die, hang or swell. */
const source = `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ body }) => {
  const order = new TextDecoder().decode(body);
  if (order === 'die') process.exit(3);
  if (order === 'throw') throw new Error('a bug in the decoder');
  if (order === 'hang') for (;;);
  if (order === 'swell') { const all = []; for (;;) all.push(new Array(100_000).fill({})); }
  if (order === 'bug') return parentPort.postMessage({ kind: 'bug', message: 'oops', stack: 'Error: oops\\n at x' });
  if (order === 'bad') return parentPort.postMessage({ kind: 'problem', code: 'invalid-value', detail: 'Minus one.' });
  parentPort.postMessage({ kind: 'decoded', upload: { format: order } });
});
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everflame-decoder-'));
  const file = join(folder, 'program.mjs');
  await writeFile(file, source);
  program = pathToFileURL(file);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = (limits: Partial<Limits> = {}, maxWaiting = 10) =>
  new Decoder({ threads: 1, file: program, limits: { ...defaultLimits, ...limits }, maxWaiting });

const job = (order: string): DecodeJob => ({
  body: new Uint8Array(new TextEncoder().encode(order)),
  contentEncoding: '',
  contentType: '',
  metadata: { labels: {}, facts: {} },
  hints: {},
  limits: defaultLimits,
});

test('jobs are answered in turn', async () => {
  const decoder = open();
  const formats = await Promise.all(['a', 'b', 'c'].map((one) => decoder.decode(job(one))));
  expect(formats.map(({ format }) => format)).toEqual(['a', 'b', 'c']);
  await decoder.close();
});

test('a problem stays a problem, and a bug stays a bug with its stack', async () => {
  const decoder = open();
  await expect(decoder.decode(job('bad'))).rejects.toMatchObject({
    code: 'invalid-value',
    message: 'Minus one.',
  });
  await expect(decoder.decode(job('bug'))).rejects.toMatchObject({
    name: 'Error',
    message: 'oops',
    stack: expect.stringContaining('at x'),
  });
  await decoder.close();
});

test.each([
  ['die', {}, { code: 'profile-too-costly' }],
  ['hang', { decodeMs: 300 }, { code: 'profile-too-costly' }],
  ['swell', { decoderHeapBytes: 32 * 2 ** 20 }, { code: 'profile-too-costly' }],
  ['throw', {}, { message: 'a bug in the decoder' }],
] as const)(
  'a thread that is told to %s is replaced for the next job',
  async (order, limits, error) => {
    const decoder = open(limits);
    const [broken, next] = await Promise.allSettled([
      decoder.decode(job(order)),
      decoder.decode(job('next')),
    ]);
    expect(broken).toMatchObject({ status: 'rejected', reason: error });
    expect(next).toMatchObject({ status: 'fulfilled', value: { format: 'next' } });
    await decoder.close();
  },
);

test('more jobs than may wait are refused', async () => {
  const decoder = open({}, 1);
  const first = decoder.decode(job('a'));
  const second = decoder.decode(job('b'));
  expect(decoder.waiting).toBe(1);
  await expect(decoder.decode(job('c'))).rejects.toMatchObject({ code: 'overloaded' });
  await Promise.all([first, second]);
  await decoder.close();
});

test('closing fails what was not finished, and takes no more', async () => {
  const decoder = open();
  const hanging = decoder.decode(job('hang'));
  const waiting = decoder.decode(job('a'));
  const settled = Promise.allSettled([hanging, waiting]);
  await decoder.close();
  for (const one of await settled) {
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'stopping' } });
  }
  await expect(decoder.decode(job('b'))).rejects.toMatchObject({ code: 'stopping' });
});
