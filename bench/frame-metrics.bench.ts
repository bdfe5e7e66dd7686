// Series of frames over HTTP, against the engine alone: BatchGetFrameMetricData for 100 frames of a day at PT5M, and
// /api/v1 for 100 frames of 90 days at PT1H, on a store of many groups with a year of roll-ups. The ratio is to bare
// DuckDB queries of the same rows, one at a time, in the same run.
//   npx tsx bench/frame-metrics.bench.ts [groups] [folder]      (default: 200 groups in the temporary folder)
// 1000 groups take about ten minutes to load, and 4 GB. A folder that was loaded before is used again.
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { pino } from 'pino';
import { firstAddress } from '../e2e/server-process.ts';
import { startServer } from '../packages/server/src/start-server.ts';
import { tierMs } from '../packages/server/src/storage/profile-store.ts';
import { endMs, frameName, groupName, loadStore, retention } from './frame-metrics-store.ts';
import { random } from './store-profiles.ts';

const { PT1H: hour, P1D: day } = tierMs;
const [mode, kept] = process.argv.slice(2);
const size = { groups: mode === 'serve' ? 0 : Number(mode ?? 200), frames: 120 };
const asked = 100;
const ROUND_MS = Number(process.env.ROUND_MS ?? 5000);
const next = random(11);
const anyGroup = (groups = size.groups) => Math.floor(next() * groups);

/** In a process of its own, whose clock goes on from the end of the data. */
async function serve(folder: string): Promise<void> {
  const started = Date.now();
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, folder, decoderThreads: 1, version: 'bench' },
    ...{ retention, budgetBytes: retention.budgetBytes },
    log: pino({ level: 'error' }),
    now: () => endMs + Date.now() - started,
  });
  console.log(`listens on ${server.url}`);
  process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
}

async function run(folder: string): Promise<void> {
  const loaded = join(folder, 'loaded');
  if (!existsSync(loaded)) {
    const began = performance.now();
    await loadStore(folder, size);
    writeFileSync(loaded, '');
    console.log(`loaded in ${((performance.now() - began) / 1000).toFixed(0)} s: ${folder}`);
  }
  const bare = await bareTimes(folder);
  const program = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, ['--import', 'tsx', program, 'serve', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill());
  process.once('SIGTERM', () => process.exit(1));
  const url = await firstAddress(child);
  for (const [name, query] of Object.entries(queries)) {
    const report = (how: string, times: readonly number[]) =>
      console.log(`${name}, ${how}: ${shown(times)}; ${ratio(times, bare[name]!)}`);
    console.log(`${name}, bare: ${shown(bare[name]!)}`);
    const all = { query, url, groups: size.groups };
    await closedLoop(all, 1, ROUND_MS / 2);
    report('1 reader', await closedLoop(all, 1, ROUND_MS));
    report('50 readers, each once a second', await polling(all, 50, ROUND_MS * 2));
    report('50 readers without a pause', await closedLoop(all, 50, ROUND_MS * 2));
    const stop = ingesting(url);
    report('1 reader, 20 profiles/s come in', await closedLoop(all, 1, ROUND_MS));
    report('50 readers, once a second, 20 profiles/s', await polling(all, 50, ROUND_MS * 2));
    const few = { ...all, groups: 5 };
    report(
      '50 readers of 5 groups, once a second, 20 profiles/s',
      await polling(few, 50, ROUND_MS * 2),
    );
    const { sent, failed } = await stop();
    console.log(`${name}: ${sent} profiles were stored meanwhile, ${failed} refused`);
  }
  child.kill('SIGTERM');
}

interface Query {
  readonly path: (group: number) => string;
  readonly body: (names: readonly string[]) => object;
  readonly table: string;
  readonly fromMs: number;
}

const queries: Readonly<Record<string, Query>> = {
  'a day at PT5M': {
    path: (group) =>
      `/profilingGroups/${groupName(group)}/frames/-/metrics?startTime=${iso(endMs - day)}&endTime=${iso(endMs)}&targetResolution=PT5M`,
    body: (names) => ({
      frameMetrics: names.map((frameName) => ({
        ...{ frameName, threadStates: ['RUNNABLE', 'BLOCKED', 'NATIVE'] },
        type: 'AggregatedRelativeTotalTime',
      })),
    }),
    ...{ table: 'frame_5m', fromMs: endMs - day },
  },
  '90 days at PT1H': {
    path: (group) =>
      `/api/v1/groups/${groupName(group)}/frames?measure=wall&tier=PT1H&from=${endMs - 90 * day}&to=${endMs}`,
    body: (names) => ({ frames: names }),
    ...{ table: 'frame_1h', fromMs: endMs - 90 * day },
  },
};

const iso = (ms: number) => encodeURIComponent(new Date(ms).toISOString());

/** The same rows from the engine alone, counted and let go. */
async function bareTimes(folder: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const path = join(folder, 'profiles.duckdb');
  const instance = await DuckDBInstance.create(path, { threads: '2', access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll('SELECT DISTINCT grp FROM totals_1d ORDER BY grp');
  const ids = reader.getRows().map(([id]) => Number(id));
  const times: Record<string, number[]> = {};
  for (const [name, { table, fromMs }] of Object.entries(queries)) {
    const own: number[] = [];
    for (let round = 0; round < 60; round++) {
      const group = anyGroup();
      const frames = Array.from({ length: asked }, (_, at) => group * size.frames + at + 1);
      const began = performance.now();
      const result = await connection.run(
        `SELECT bucket, frame, state, self, total FROM ${table} WHERE grp = ${ids[group]} AND measure = 0
         AND bucket >= ${fromMs} AND bucket < ${endMs} AND frame IN (${frames.join(', ')})`,
      );
      if (
        result.rowCount <
        ((endMs - fromMs) / (table === 'frame_1h' ? hour : tierMs.PT5M)) * asked
      )
        throw new Error(`${name}: ${result.rowCount} rows`);
      own.push(performance.now() - began);
    }
    times[name] = own.slice(10);
  }
  connection.closeSync();
  instance.closeSync();
  return times;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

interface Reading {
  readonly query: Query;
  readonly url: string;
  /** Of this many groups any one is asked for. */
  readonly groups: number;
}

/** Milliseconds from a request to the last byte of its answer. */
async function timeOf({ query, url, groups }: Reading): Promise<number> {
  const group = anyGroup(groups);
  const names = Array.from({ length: asked }, (_, frame) => frameName(group, frame));
  const began = performance.now();
  const { status } = await post(url + query.path(group), JSON.stringify(query.body(names)));
  if (status !== 200) throw new Error(`status ${status}`);
  return performance.now() - began;
}

function post(url: string, body: string): Promise<{ readonly status: number }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve({ status: response.statusCode ?? 0 }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

async function closedLoop(reading: Reading, readers: number, forMs: number) {
  const times: number[] = [];
  const until = performance.now() + forMs;
  const reader = async () => {
    while (performance.now() < until) times.push(await timeOf(reading));
  };
  await Promise.all(Array.from({ length: readers }, reader));
  return times;
}

/** Each begins at a moment of its own, and again a second after it began before. */
async function polling(reading: Reading, readers: number, forMs: number) {
  const times: number[] = [];
  const until = performance.now() + forMs;
  const reader = async (_: unknown, nth: number) => {
    let due = performance.now() + (nth * 1000) / readers;
    for (; due < until; due += 1000) {
      await new Promise((wake) => setTimeout(wake, Math.max(0, due - performance.now())));
      times.push(await timeOf(reading));
    }
  };
  await Promise.all(Array.from({ length: readers }, reader));
  return times;
}

/** Twenty profiles a second into any groups, until stopped. */
function ingesting(url: string) {
  let [sent, failed, isOver] = [0, 0, false];
  const started = performance.now();
  const one = async () => {
    const group = anyGroup();
    const { status } = await post(
      `${url}/profilingGroups/${groupName(group)}/agentProfile?profileToken=${crypto.randomUUID()}`,
      agentProfile(group, endMs + performance.now() - started),
    );
    if (status === 204) sent++;
    else failed++;
  };
  const done = (async () => {
    const all: Promise<void>[] = [];
    for (let nth = 0; !isOver; nth++) {
      all.push(one());
      const due = started + (nth + 1) * 50;
      await new Promise((wake) => setTimeout(wake, Math.max(0, due - performance.now())));
    }
    await Promise.all(all);
  })();
  return async () => {
    isOver = true;
    await done;
    return { sent, failed };
  };
}

function agentProfile(group: number, end: number): string {
  const leaves = Array.from({ length: size.frames - 1 }, (_, frame) => [
    frameName(group, frame + 1),
    { counts: { RUNNABLE: 1 + ((frame * 7) % 30) } },
  ]);
  return JSON.stringify({
    ...{ start: Math.round(end) - 60_000, end: Math.round(end) },
    agentMetadata: {
      ...{ sampleWeights: { RUNNABLE: 1 }, durationInMs: 60_000, numTimesSampled: 60 },
      fleetInfo: { computeType: 'aws_ec2_instance', hostName: `h-${group}`, hostType: 'm5.large' },
      agentInfo: { type: 'CodeGuruProfiler-java', version: '1.2.3' },
      ...{ runtimeVersion: '17', cpuTimeInSeconds: 12, metrics: { numThreads: 9 } },
      agentOverhead: { memoryInMB: 2, timeInMs: 40 },
    },
    callgraph: { children: { [frameName(group, 0)]: { children: Object.fromEntries(leaves) } } },
  });
}

const at = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ??
  0;

const shown = (times: readonly number[]): string =>
  `p50 ${at(times, 0.5).toFixed(1)} ms, p99 ${at(times, 0.99).toFixed(1)} ms of ${times.length}`;

const ratio = (times: readonly number[], bare: readonly number[]): string =>
  `${(at(times, 0.5) / at(bare, 0.5)).toFixed(1)} times bare (p99 ${(at(times, 0.99) / at(bare, 0.99)).toFixed(1)})`;

if (mode === 'serve') await serve(kept!);
else await run(kept ?? join(tmpdir(), `everflame-frame-metrics-${size.groups}`));
