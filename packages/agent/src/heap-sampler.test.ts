import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltAgent, buildAgent, run } from './profiled-process.ts';
import { type RecordingServer, startRecordingServer } from './recording-server.ts';

let agent: BuiltAgent;
let folder: string;
let server: RecordingServer;

beforeAll(async () => {
  agent = buildAgent();
  folder = mkdtempSync(join(tmpdir(), 'everflame-heap-'));
  server = await startRecordingServer();
});
afterAll(async () => {
  await server?.close();
  agent?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const HELD_BYTES = 64e6;

/** Throws away up to 200 MB/s, and holds on to 64 MB from when the file argv[2] is there. */
const app = `
  import { existsSync } from 'node:fs';
  const block = () => new Array(1000).fill(1);
  function waste() { for (let i = 0; i < 125; i++) block(); }
  let held;
  function hold() { return Array.from({ length: ${HELD_BYTES} / 8000 }, function held() { return new Array(1000).fill(2); }); }
  setInterval(() => { waste(); if (!held && existsSync(process.argv[2])) held = hold(); }, 5);`;

const heapOf = (nth: number) =>
  Profile.decode(gunzipSync(server.uploads.at(nth)!.files.get('heap.pprof.gz')!));

/** Bytes of the objects that functions of this name allocated and that live. */
function livingOf(profile: Profile, name: string): number {
  const text = (index: number | bigint) => profile.stringTable.strings[Number(index)]!;
  const column = profile.sampleType.findIndex(({ type }) => text(type) === 'inuse_space');
  const functions = new Map(profile.function.map((one) => [one.id, text(one.name)]));
  const names = new Map(
    profile.location.map(({ id, line }) => [id, line.map((one) => functions.get(one.functionId))]),
  );
  return profile.sample
    .filter(({ locationId }) => locationId.some((id) => names.get(id)?.includes(name)))
    .reduce((sum, { value }) => sum + Number(value[column]), 0);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((later) => setTimeout(later, 50));
}

test('where much is allocated the heap is sampled further apart, and what lives keeps its weight', async () => {
  const file = join(folder, 'app.mjs');
  writeFileSync(file, app);
  const flag = join(folder, 'hold');
  const { child, ended } = run(['--import', agent.start, file, flag], {
    EVERFLAME_SERVER: server.url,
    EVERFLAME_GROUP: 'tested',
    EVERFLAME_HEAP_INTERVAL_BYTES: String(16 << 10),
  });
  await until(() => server.uploads.length >= 1);
  expect(Number(heapOf(0).period)).toBe(16 << 10);
  await until(() => Number(heapOf(-1).period) > 16 << 10);
  const seen = server.uploads.length;
  // Another look or two, for a first one that fell into a slow start.
  await until(() => server.uploads.length >= seen + 6);
  const period = Number(heapOf(-1).period);
  expect(Math.log2(period / (16 << 10)) % 2).toBe(0);

  writeFileSync(flag, '');
  await until(() => livingOf(heapOf(-1), 'hold') > 0);
  await until(() => server.uploads.length >= seen + 9);
  child.kill();
  await ended;
  const last = heapOf(-1);
  expect(Number(last.period)).toBe(period);
  // Of about 64 samples, each for a megabyte.
  expect(livingOf(last, 'hold') / HELD_BYTES).toBeGreaterThan(0.5);
  expect(livingOf(last, 'hold') / HELD_BYTES).toBeLessThan(1.6);
});
