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

test('one end alone moves the window of a profile, and does not stretch it', async () => {
  const lengthMs = window.endMs - window.startMs;
  const stated = async (body: Uint8Array, times: { startMs?: number; endMs?: number }) => {
    const metadata = { labels: {}, facts: {}, ...times };
    const { startMs, endMs, momentMs } = await decodeUpload(job(body, { metadata }));
    return { startMs, endMs, momentMs };
  };
  const at = window.endMs + 3_600_000;
  for (const body of [encoded.pprof, encoded.codeguru]) {
    expect(await stated(body, { endMs: at })).toMatchObject({ startMs: at - lengthMs, endMs: at });
    expect(await stated(body, { startMs: at })).toMatchObject({
      startMs: at,
      endMs: at + lengthMs,
    });
  }
  expect(await stated(encoded.folded, { endMs: at })).toEqual({ endMs: at });
});

test('a profile that covers no time is of a moment', async () => {
  const moment = window.endMs;
  const heap = encodePprof(tree, { startMs: moment, endMs: moment });
  const said = await decodeUpload(job(heap));
  expect([said.startMs, said.endMs, said.momentMs]).toEqual([undefined, undefined, moment]);
  const metadata = { labels: {}, facts: {}, endMs: moment + 5000 };
  const moved = await decodeUpload(job(heap, { metadata }));
  expect(moved).toMatchObject({ startMs: moment + 4999, endMs: moment + 5000 });
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
