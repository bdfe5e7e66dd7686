/**
 * What the agent costs an HTTP service at saturation: `npx tsx bench/agent-overhead.bench.ts [minutes]` (4 by default).
 *
 * One process of the service, in which the agent is started and stopped, and a second that loads it, in rounds of
 * three windows in random order: without, without again, with. Windows are compared within their round, so that what
 * else goes on on the machine falls out; and in one process, because two of the same program differ by a few per cent
 * through luck with memory layout. Each generation is a new process; the interval is over generations. The A/A row is
 * what noise looks like: an overhead inside its interval cannot be told from none.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Agent as Profiler, start } from '../packages/agent/src/index.ts';
import { startRecordingServer } from '../packages/agent/src/recording-server.ts';

const WINDOW_MS = 3000;
/** Past the compilation of the hot code: what is measured goes on all day. */
const WARM_UP_MS = 12_000;
/** After each switch: starting and ending a profile is work too, done once in the life of a process. */
const SETTLE_MS = 1000;
const ROUNDS = 8;
const GENERATION_MS = WARM_UP_MS + ROUNDS * 3 * (WINDOW_MS + SETTLE_MS) + 2000;
const CONNECTIONS = 8;

const roles: Readonly<Record<string, () => unknown>> = { service, load };

interface Window {
  readonly requests: number;
  readonly seconds: number;
  /** Of the service process, all threads. */
  readonly cpuSeconds: number;
}

type Kind = 'without' | 'without again' | 'with';
const kinds: readonly Kind[] = ['without', 'without again', 'with'];
type Round = Record<Kind, Window>;

const self = fileURLToPath(import.meta.url);

async function compare(): Promise<void> {
  const minutes = Number(process.argv[2] ?? 4);
  const everflame = await startRecordingServer();
  everflame.orders = { shouldProfile: true, periodInSeconds: 60, samplingIntervalMs: 100 };
  const client = fork(self, ['load'], { execArgv: ['--import', 'tsx'] });
  await answerOf(client);
  const generations: Round[][] = [];
  const count = Math.max(2, Math.round((minutes * 60_000) / GENERATION_MS));
  while (generations.length < count) generations.push(await generation(client, everflame.url));
  client.kill();
  await everflame.close();
  report(generations, everflame.uploads.length);
}

async function generation(client: ChildProcess, everflame: string): Promise<Round[]> {
  const service = await startService(everflame);
  await measure(client, service, WARM_UP_MS);
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS) {
    const round = {} as Round;
    for (const kind of shuffled(kinds)) {
      await ask(service.child, kind === 'with' ? 'start' : 'stop');
      await measure(client, service, SETTLE_MS);
      round[kind] = await measure(client, service, WINDOW_MS);
    }
    rounds.push(round);
  }
  service.child.kill();
  return rounds;
}

interface Service {
  readonly child: ChildProcess;
  readonly port: number;
}

async function startService(everflame: string): Promise<Service> {
  const child = fork(self, ['service'], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, EVERFLAME_SERVER: everflame },
  });
  return { child, port: await answerOf<number>(child) };
}

async function measure(
  client: ChildProcess,
  { child, port }: Service,
  ms: number,
): Promise<Window> {
  const before = await ask<number>(child, 'cpu');
  const { requests, seconds } = await ask<Omit<Window, 'cpuSeconds'>>(client, { port, ms });
  return { requests, seconds, cpuSeconds: (await ask<number>(child, 'cpu')) - before };
}

function report(generations: readonly Round[][], uploads: number): void {
  const rate = ({ requests, seconds }: Window) => requests / seconds;
  const cost = ({ requests, cpuSeconds }: Window) => cpuSeconds / requests;
  const rounds = generations.flat();
  console.log(
    `${generations.length} generations of ${ROUNDS} rounds of three windows of ${WINDOW_MS} ms; ${uploads} profiles`,
  );
  console.log(
    `${median(rounds.map((round) => rate(round.without))).toFixed(0)} requests/s without the agent`,
  );
  for (const [name, of] of [
    ['throughput', rate],
    ['CPU per request', cost],
  ] as const) {
    for (const kind of ['without again', 'with'] as const) {
      const ratios = generations.map((one) =>
        one.map((round) => Math.log(of(round[kind]) / of(round.without))),
      );
      const row = kind === 'with' ? 'agent' : 'A/A';
      console.log(
        `${name.padEnd(16)} ${row.padEnd(6)} ${percent(trimmedMean(ratios.flat()))} [${interval(ratios)}]`,
      );
    }
  }
}

const percent = (log: number) => {
  const text = (100 * (Math.exp(log) - 1)).toFixed(2);
  return `${text.startsWith('-') ? '' : '+'}${text} %`;
};

/** 95 % by bootstrap over generations, and over the rounds within them. */
function interval(generations: readonly (readonly number[])[]): string {
  const means = Array.from({ length: 4000 }, () =>
    trimmedMean(resampled(generations).flatMap((rounds) => resampled(rounds))),
  ).sort((a, b) => a - b);
  return [0.025, 0.975].map((at) => percent(means[Math.floor(at * means.length)]!)).join(', ');
}

const resampled = <T>(values: readonly T[]): T[] =>
  values.map(() => values[Math.floor(Math.random() * values.length)]!);

/** Without the tenth on either side: a window in which the machine was busy elsewhere says nothing. */
function trimmedMean(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = Math.floor(values.length / 10);
  const kept = sorted.slice(cut, sorted.length - cut);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const shuffled = <T>(values: readonly T[]): T[] =>
  values
    .map((value) => [Math.random(), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value);

/** JSON, gzip, a regular expression and sorting: a CPU-bound service with nothing to wait for. */
function service(): void {
  const rows = Array.from({ length: 300 }, (_, id) => ({
    id,
    name: `customer ${(id * 7919) % 1000}`,
    tags: [id, id % 7],
  }));
  const text = JSON.stringify(rows);
  function answer(): Buffer {
    const parsed = JSON.parse(text) as typeof rows;
    parsed.sort((a, b) => a.name.localeCompare(b.name));
    const names = text.match(/customer \d+/g)!.filter((name) => name.endsWith('7'));
    return gzipSync(JSON.stringify({ rows: parsed.slice(0, 100), names }), { level: 1 });
  }
  const http = createServer((_, response) => response.end(answer()));
  http.keepAliveTimeout = 60_000;
  http.listen(0, '127.0.0.1', () => process.send!((http.address() as AddressInfo).port));
  let agent: Profiler | undefined;
  const server = process.env.EVERFLAME_SERVER!;
  process.on('message', async (order: 'cpu' | 'start' | 'stop') => {
    if (order === 'start') agent ??= start({ server, group: 'bench', log: 'silent' });
    if (order === 'stop') {
      await agent?.stop();
      agent = undefined;
    }
    const { user, system } = process.cpuUsage();
    process.send!((user + system) / 1e6);
  });
}

/** Keeps eight requests under way to the port it is told, for as long as it is told. */
function load(): void {
  async function run({
    port,
    ms,
  }: {
    port: number;
    ms: number;
  }): Promise<Omit<Window, 'cpuSeconds'>> {
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const request = () =>
      new Promise<void>((done, fail) => {
        get({ host: '127.0.0.1', port, agent }, (response) => response.resume().on('end', done)).on(
          'error',
          fail,
        );
      });
    const startMs = performance.now();
    let requests = 0;
    const lane = async () => {
      for (; performance.now() < startMs + ms; requests++) await request();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
    agent.destroy();
    return { requests, seconds: (performance.now() - startMs) / 1000 };
  }
  process.on('message', (order: { port: number; ms: number }) => {
    void run(order).then((window) => process.send!(window));
  });
  process.send!('ready');
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

function ask<T>(child: ChildProcess, message: string | object): Promise<T> {
  const answer = answerOf<T>(child);
  child.send(message);
  return answer;
}

// A child does not outlive the bench.
process.on('disconnect', () => process.exit());
await (roles[process.argv[2] ?? ''] ?? compare)();
