import { gzipSync } from 'node:zlib';
import { encodeCodeGuru, encodeFolded, encodePprof } from '@everflame/formats';
import { callTreeOf, knownMeasures, Problem, profileOf } from '@everflame/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultLimits } from '../limits.ts';
import type { DecodeJob } from './decode-job.ts';
import { decodeUpload } from './decode-upload.ts';

const tree = callTreeOf(
  profileOf('main:3  main   main\nserve   parse  parse:7\nread', {
    measure: knownMeasures.wall,
    weights: [5, 3, 2],
    runtime: 'nodejs',
  }),
);
const window = { startMs: 1_764_021_600_000, endMs: 1_764_021_660_000 };
const encoded = {
  pprof: encodePprof(tree, window),
  codeguru: new TextEncoder().encode(JSON.stringify(encodeCodeGuru(tree, window))),
  folded: new TextEncoder().encode(encodeFolded(tree, tree.columns[0]!)),
};

const job = (body: Uint8Array, more: Partial<DecodeJob> = {}): DecodeJob => ({
  body,
  contentEncoding: '',
  contentType: 'application/octet-stream',
  metadata: { labels: {}, facts: {} },
  hints: {},
  limits: defaultLimits,
  ...more,
});

test.each(Object.entries(encoded))(
  '%s is recognised by its bytes, also compressed',
  async (format, bytes) => {
    for (const body of [bytes, gzipSync(bytes)]) {
      const upload = await decodeUpload(job(body));
      expect(upload.format).toBe(format);
      expect(upload.profile.nodes.length).toBe(5);
      expect(upload.profile.series.reduce((sum, { total }) => sum + total, 0)).toBe(10);
      expect(upload.bytes).toBeGreaterThan(0);
    }
  },
);

test('what the uploader says of the window wins over the profile', async () => {
  expect(await decodeUpload(job(encoded.pprof))).toMatchObject(window);
  const metadata = { labels: {}, facts: {}, startMs: 7, endMs: 9, token: 't' };
  const upload = await decodeUpload(job(encoded.pprof, { metadata }));
  expect(upload).toMatchObject({ startMs: 7, endMs: 9, token: 't' });
});

const timesOf = async (body: Uint8Array, said: object, hints: DecodeJob['hints'] = {}) => {
  const metadata = { labels: {}, facts: {}, ...said };
  const upload = await decodeUpload(job(body, { metadata, hints }));
  const { startMs, endMs, momentMs, lengthMs, facts } = upload;
  expect(facts.durationSeconds).toBe((lengthMs ?? 0) / 1000);
  return { startMs, endMs, momentMs, lengthMs };
};

test('one end alone leaves a profile of any format its length', async () => {
  const lengthMs = window.endMs - window.startMs;
  const at = window.endMs + 3_600_000;
  for (const body of [encoded.pprof, encoded.codeguru]) {
    expect(await timesOf(body, { endMs: at })).toEqual({ endMs: at, lengthMs });
    expect(await timesOf(body, { startMs: at })).toEqual({ startMs: at, lengthMs });
  }
  expect(await timesOf(encoded.folded, { endMs: at })).toEqual({ endMs: at });
  expect(await timesOf(encoded.folded, { startMs: at })).toEqual({ startMs: at });
});

test('a profile that covers no time is of a moment', async () => {
  const moment = window.endMs;
  const heap = encodePprof(tree, { startMs: moment, endMs: moment });
  expect(await timesOf(heap, {})).toEqual({ momentMs: moment });
  expect(await timesOf(heap, { endMs: moment + 5000 })).toEqual({ endMs: moment + 5000 });
});

test('samples of a known rate took a known time, and others are no rate', async () => {
  const text = new TextEncoder().encode('a;b 30\na;c 70\n');
  expect(await timesOf(text, {}, { sampleType: 'cpu', sampleRateHz: 100 })).toEqual({
    lengthMs: 1000,
  });
  expect(await timesOf(text, {}, { sampleType: 'cpu', unit: 'ns', sampleRateHz: 100 })).toEqual({});
  const threads = new TextEncoder().encode('[one tid=1];b 30\n[two tid=2];c 70\n');
  const { lengthMs } = await timesOf(threads, {}, { sampleRateHz: 100 });
  expect(lengthMs).toBe(700);
  const { warnings, facts } = await decodeUpload(job(text, { hints: { sampleType: 'cpu' } }));
  expect(warnings).toEqual([expect.stringMatching(/startMs and endMs, or sampleRateHz/)]);
  expect(facts.cpuSeconds).toBeUndefined();
});

test('what the uploader says of the whole is a label under its long name, or is said to be none', async () => {
  const of = async (labels: Record<string, string>) => {
    const upload = await decodeUpload(
      job(encoded.pprof, { metadata: { labels, facts: {}, ...window } }),
    );
    expect(new Set(upload.profile.series.map((one) => JSON.stringify(one.labels))).size).toBe(1);
    const [{ labels: kept } = { labels: {} }] = upload.profile.series;
    return { kept, own: upload.ownLabels, warnings: upload.warnings };
  };
  expect(await of({ env: 'prod', zone: 'a', 'thread.name': 'worker-3' })).toEqual({
    kept: {
      'deployment.environment.name': 'prod',
      'cloud.availability_zone': 'a',
      'thread.name': 'worker-#',
    },
    own: {},
    warnings: [],
  });
  expect(await of({ colour: 'red', 'host.name': 'h', requestId: 'r-1' })).toEqual({
    kept: {},
    own: { colour: 'red' },
    warnings: [expect.stringMatching(/“requestId”.*service\.version/)],
  });
});

test('any bytes, and any change of a good profile, is read or is a problem', async () => {
  const good = fc.constantFrom(...Object.values(encoded));
  const changed = fc
    .tuple(good, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat(40))
    .map(([bytes, edits, cut]) => {
      const copy = bytes.slice(0, bytes.length - (cut % bytes.length));
      for (const [at, value] of edits) copy[at % copy.length] = value;
      return copy;
    });
  await fc.assert(
    fc.asyncProperty(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
      await decodeUpload(job(bytes)).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
      });
    }),
    { numRuns: 400 },
  );
});

test('what one part took of the limits is not there for the next', async () => {
  const form = new FormData();
  for (const letter of ['a', 'b', 'c']) {
    const lines = Array.from({ length: 20 }, (_, index) => `main;${letter}${'x'.repeat(index)} 1`);
    form.append('profile', lines.join('\n'));
  }
  const response = new Response(form);
  const contentType = response.headers.get('content-type')!;
  const body = new Uint8Array(await response.arrayBuffer());
  const limited = (nodes: number) =>
    job(body, { contentType, limits: { ...defaultLimits, nodes } });
  expect((await decodeUpload(limited(100))).profile.nodes.length).toBe(62);
  await expect(decodeUpload(limited(50))).rejects.toMatchObject({ code: 'too-many-nodes' });
});
