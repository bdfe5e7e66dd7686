// Ingest end to end: HTTP request to committed transaction, against the physical limit: a bare HTTP server that
// only appends each body to a file and syncs it before it answers, batched in the same way. Both are processes of
// their own on the same folder's disk; rounds are interleaved, and the best of each counts.
//   npx tsx bench/ingest.bench.ts            (builds nothing: run `npm run build` first)
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { paths } from '@everflame/api/paths';
import { Profile } from 'pprof-format';
import { firstAddress } from '../e2e/server-process.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const ROUND_MS = Number(process.env.ROUND_MS ?? 4_000);
// Enough to fill batches: an upload waits for its batch, so a few connections would measure the window alone.
const LANES = 256;
const ticksPerSecond = 100;

const appendOnly = `
  const http = require('node:http'), fs = require('node:fs');
  const file = fs.openSync(process.argv[1], 'a');
  let waiting = [];
  setInterval(() => {
    if (!waiting.length) return;
    const batch = waiting; waiting = [];
    fs.writevSync(file, batch.map(({ body }) => body));
    fs.fdatasync(file, () => { for (const { response } of batch) response.writeHead(201).end('{}'); });
  }, 20);
  http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => waiting.push({ body: Buffer.concat(parts), response }));
  }).listen(0, '127.0.0.1', function () { console.log('listens on http://127.0.0.1:' + this.address().port); });
`;

interface Target {
  readonly process: ChildProcess;
  readonly url: string;
}

async function started(args: readonly string[]): Promise<Target> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return { process: child, url: await firstAddress(child) };
}

/** CPU seconds of a process, all its threads. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

async function round({ url, process: child }: Target, bodies: readonly Uint8Array[]) {
  const cpuBefore = cpuSeconds(child.pid!);
  const begin = performance.now();
  let accepted = 0;
  const lane = async (offset: number) => {
    for (let i = offset; performance.now() - begin < ROUND_MS; i++) {
      const response = await fetch(
        `${url}${paths.profiles('bench')}?token=${crypto.randomUUID()}&startMs=${Date.now() - 60_000}&endMs=${Date.now()}`,
        { method: 'POST', body: bodies[i % bodies.length]! },
      );
      await response.arrayBuffer();
      if (response.status === 201) accepted++;
      else if (response.status === 429) await new Promise((wake) => setTimeout(wake, 50));
      else throw new Error(`status ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, i) => lane(i)));
  const seconds = (performance.now() - begin) / 1000;
  return {
    perSecond: accepted / seconds,
    perCpuSecond: accepted / (cpuSeconds(child.pid!) - cpuBefore),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'everflame-bench-'));
const everflame = await started([
  'packages/cli/bin/everflame.js',
  'serve',
  '--port',
  '0',
  '--data',
  folder,
  '--log',
  'error',
]);
const baseline = await started(['-e', appendOnly, join(folder, 'bodies')]);
await fetch(everflame.url + paths.groups, {
  method: 'POST',
  body: '{"name":"bench"}',
  headers: { 'content-type': 'application/json' },
});

for (const file of ['go-cpu.pprof.gz', 'node-wall.pprof.gz']) {
  const body = readFileSync(`packages/formats/test/samples/${file}`);
  const samples = Profile.decode(gunzipSync(body)).sample.length;
  const best = { ours: { perSecond: 0, perCpuSecond: 0 }, bare: { perSecond: 0, perCpuSecond: 0 } };
  for (let i = 0; i < ROUNDS; i++) {
    for (const [key, target] of [
      ['ours', everflame],
      ['bare', baseline],
    ] as const) {
      const seen = await round(target, [body]);
      best[key].perSecond = Math.max(best[key].perSecond, seen.perSecond);
      best[key].perCpuSecond = Math.max(best[key].perCpuSecond, seen.perCpuSecond);
    }
  }
  const { ours, bare } = best;
  console.log(
    `${file} (${samples} samples, ${body.length} bytes): ` +
      `${ours.perSecond.toFixed(0)} profiles/s, ${(ours.perSecond * samples).toFixed(0)} samples/s; ` +
      `per core ${ours.perCpuSecond.toFixed(0)} profiles/s, ${(ours.perCpuSecond * samples).toFixed(0)} samples/s; ` +
      `append-and-sync ${bare.perSecond.toFixed(0)}/s, ${bare.perCpuSecond.toFixed(0)}/s per core; ` +
      `ratio ${(ours.perSecond / bare.perSecond).toFixed(2)} (per core ${(ours.perCpuSecond / bare.perCpuSecond).toFixed(2)})`,
  );
}
everflame.process.kill('SIGTERM');
baseline.process.kill('SIGTERM');
await new Promise((done) => everflame.process.once('exit', done));
rmSync(folder, { recursive: true, force: true });
