import { gzipSync } from 'node:zlib';
import { ProblemBody } from '@everflame/api';
import { encodePprof } from '@everflame/formats';
import { callTreeOf, type ProblemCode, profileOf } from '@everflame/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statusOf } from '../answer-problem.ts';
import { createGroup, noon, openUnderTest, type UnderTest, upload } from '../under-test.ts';

let server: UnderTest;

beforeAll(async () => {
  server = await openUnderTest({
    limits: {
      bodyBytes: 200_000,
      inflatedBytes: 1_000_000,
      nodes: 5000,
      depth: 500,
      stringLength: 2000,
      samples: 20_000,
    },
  });
  await createGroup(server.app);
});
afterAll(() => server.close());

const pprof = encodePprof(callTreeOf(profileOf('main   main\nparse  render')), {
  startMs: noon - 60_000,
  endMs: noon,
});

const codeguru = (callgraph: object, start = noon - 60_000, end = noon) =>
  JSON.stringify({
    start,
    end,
    agentMetadata: {
      agentInfo: { type: 'CodeGuruProfiler-java', version: '1' },
      sampleWeights: { RUNNABLE: 1 },
    },
    callgraph,
  });

interface Bad {
  readonly body: string | Uint8Array;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly code: ProblemCode;
}

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
const letters = (n: number): string =>
  [...n.toString(26)].map((d) => String.fromCharCode(97 + Number.parseInt(d, 26))).join('');

const bad: Readonly<Record<string, Bad>> = {
  'nothing at all': { body: '', code: 'empty-body' },
  'a picture': {
    body: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 1]),
    code: 'unknown-format',
  },
  'a profile cut off': {
    body: pprof.subarray(0, pprof.length - 9),
    code: 'truncated-profile',
  },
  'gzip cut off': {
    body: gzipSync(pprof).subarray(0, 40),
    code: 'truncated-profile',
  },
  'an encoding that is not so': {
    body: pprof,
    headers: { 'content-encoding': 'gzip' },
    code: 'corrupt-profile',
  },
  'an unknown encoding': {
    body: pprof,
    headers: { 'content-encoding': 'br' },
    code: 'unsupported-encoding',
  },
  'zstd of nonsense': {
    body: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 9, 9, 9, 9, 9),
    headers: { 'content-encoding': 'zstd' },
    code: 'truncated-profile',
  },
  'a gzip bomb': {
    body: gzipSync(Buffer.alloc(20_000_000, 'a;b 1\n')),
    code: 'inflated-too-large',
  },
  'a gzip bomb by content encoding': {
    body: gzipSync(Buffer.alloc(20_000_000, 'a;b 1\n')),
    headers: { 'content-encoding': 'gzip' },
    code: 'inflated-too-large',
  },
  'a body too large': { body: Buffer.alloc(200_001, 'a'), code: 'body-too-large' },
  'a stack too deep': {
    body: `${lines(501, (i) => `f${letters(i)}`).replaceAll('\n', ';')} 1\n`,
    code: 'stack-too-deep',
  },
  'a tree too wide': {
    body: lines(6000, (i) => `main;f${letters(i)} 1`),
    code: 'too-many-nodes',
  },
  'too many samples': {
    body: lines(25_000, (i) => `a;b${letters(i % 20)} 1`),
    code: 'too-many-samples',
  },
  'a name too long': {
    body: `main;${'x'.repeat(2001)} 1\n`,
    code: 'string-too-long',
  },
  'a negative count': {
    body: 'main;a -5\n',
    code: 'invalid-value',
  },
  'a count that is no number': {
    body: codeguru({ children: { main: { counts: { RUNNABLE: 'NaN' } } } }),
    code: 'corrupt-profile',
  },
  'a negative count in JSON': {
    body: codeguru({ children: { main: { counts: { RUNNABLE: -1 } } } }),
    code: 'invalid-value',
  },
  'JSON that is cut off': {
    body: codeguru({ children: { main: { counts: { RUNNABLE: 1 } } } }).slice(0, -8),
    code: 'corrupt-profile',
  },
  'a profile without samples': { body: codeguru({}), code: 'empty-profile' },
  'a profile of last year': {
    body: codeguru(
      { children: { a: { counts: { RUNNABLE: 1 } } } },
      1_700_000_000_000,
      1_700_000_060_000,
    ),
    code: 'profile-too-old',
  },
  'a clock far ahead': {
    body: pprof,
    query: 'startMs=2026-06-02&endMs=2026-06-03',
    code: 'profile-in-future',
  },
  'an end before its start': {
    body: pprof,
    query: 'startMs=now&endMs=-1h',
    code: 'invalid-time-range',
  },
  'a time that is none': {
    body: pprof,
    query: 'startMs=yesterday',
    code: 'invalid-parameter',
  },
  'a label that is none': {
    body: pprof,
    query: 'label=x',
    code: 'invalid-parameter',
  },
  'a token too long': {
    body: pprof,
    query: `token=${'x'.repeat(65)}`,
    code: 'invalid-parameter',
  },
  'a page': {
    body: '<html>',
    headers: { 'content-type': 'text/html' },
    code: 'unsupported-media-type',
  },
  'a broken multipart body': {
    body: '--x\r\nnope',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    code: 'invalid-body',
  },
  'a multipart body without a boundary': {
    body: 'x',
    headers: { 'content-type': 'multipart/form-data' },
    code: 'invalid-body',
  },
};

test.each(Object.entries(bad))('%s is answered with a sentence', async (_, one) => {
  const { body, query = '', headers = {} } = one;
  const response = await upload(server.app, body, {
    query,
    headers: { 'content-type': 'application/octet-stream', ...headers },
  });
  const problem = ProblemBody.parse(await response.json());
  expect(problem.code).toBe(one.code);
  expect(response.status).toBe(statusOf[one.code]);
  expect(response.status).toBeLessThan(500);
  expect(problem.detail.length).toBeGreaterThan(15);
});

async function multipart(parts: Readonly<Record<string, string>>) {
  const form = new FormData();
  for (const [name, content] of Object.entries(parts)) form.append(name, content);
  const response = await server.app.request('/api/v1/groups/shop/profiles', {
    method: 'POST',
    body: form,
  });
  return (await response.json()) as ProblemBody;
}

test('a multipart upload without a profile, or with metadata that is none, is refused', async () => {
  expect(await multipart({ file: 'a 1' })).toMatchObject({ code: 'invalid-body' });
  expect(await multipart({ profile: 'a 1', metadata: '{' })).toMatchObject({
    code: 'invalid-body',
  });
  expect(await multipart({ profile: 'a 1', metadata: '{"startMs":"x"}' })).toMatchObject({
    code: 'invalid-body',
    detail: expect.stringContaining('startMs'),
  });
  expect(
    await multipart({ profile: 'a 1', metadata: '{"facts":{"cpuSeconds":-1}}' }),
  ).toMatchObject({
    code: 'invalid-body',
  });
});

test('what curl makes of a file without --data-binary is refused with that word', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const refused = async (body: string) =>
    ProblemBody.parse(await (await upload(server.app, body, { headers })).json());
  expect(await refused('main;handle;parse 30main;handle;render 10main;idle 60')).toMatchObject({
    code: 'corrupt-profile',
    detail: expect.stringMatching(/line ends were lost.*--data-binary/),
  });
  expect(await refused('main;f 100main;g 5')).toMatchObject({ code: 'corrupt-profile' });
  expect(await refused('')).toMatchObject({
    status: 400,
    code: 'empty-body',
    title: 'The request holds no profile.',
    detail: 'The body is empty.',
  });
});

test('a file name instead of a file is told as such', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const refused = async (body: string) => {
    const response = await upload(server.app, body, { headers });
    expect(response.status).toBe(415);
    return ProblemBody.parse(await response.json());
  };
  const { title, detail } = await refused('cpu.pprof');
  expect(detail).toBe('The body begins with “cpu.pprof”: did you mean @cpu.pprof?');
  expect(title).toContain('pprof, ');
});

test('an unknown group is refused before anything is decoded', async () => {
  const response = await server.app.request('/api/v1/groups/nobody/profiles', {
    method: 'POST',
    body: 'a 1',
  });
  expect(await response.json()).toMatchObject({ code: 'unknown-group' });
});

test('many bombs at once take no more memory than one', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20, 'a;b 1\n'));
  const before = process.memoryUsage().rss;
  const answers = await Promise.all(Array.from({ length: 40 }, () => upload(server.app, bomb)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 413));
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * 2 ** 20);
});

test('after all of that the server stores the next profile', async () => {
  expect((await upload(server.app, 'main;a 1\n')).status).toBe(201);
});
