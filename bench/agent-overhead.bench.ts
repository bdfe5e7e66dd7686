/**
 * What the agent costs an HTTP service at saturation: `npx tsx bench/agent-overhead.bench.ts [minutes]` (4 by default).
 *
 * One service process, one process that loads it, in rounds of three windows in random order: without the agent,
 * without it again, and with it. Windows of a round are compared with each other only, so that what else goes on
 * on the machine falls out, and the process is the same, so that luck with memory layout does too. The A/A row is
 * what noise looks like: an overhead inside its interval cannot be told from none.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { start } from '../packages/agent/src/index.ts';
import { startRecordingServer } from '../packages/agent/src/recording-server.ts';

const WINDOW_MS = 1500;
const WARM_UP_MS = 8000;
const CONNECTIONS = 8;

const roles: Readonly<Record<string, () => unknown>> = { service, load };

interface Window {
  readonly requests: number;
  readonly seconds: number;
  /** Of the service process, all threads. */
  readonly cpuSeconds: number;
}

async function compare(): Promise<void> {
  const minutes = Number(process.argv[2] ?? 4);
  const everflame = await startRecordingServer();
  everflame.orders = { shouldProfile: true, periodInSeconds: 60, samplingIntervalMs: 100 };
  const self = fileURLToPath(import.meta.url);
  const options = { execArgv: ['--import', 'tsx'] };
  const app = fork(self, ['service', everflame.url], options);
  const port = await answerOf<number>(app);
  const client = fork(self, ['load', String(port)], options);
  await answerOf(client);

  await ask(client, WARM_UP_MS);
  const rounds: Record<Kind, Window>[] = [];
  const endMs = Date.now() + minutes * 60_000 - WARM_UP_MS;
  while (Date.now() < endMs) {
    const round: Partial<Record<Kind, Window>> = {};
    for (const kind of shuffled(kinds)) round[kind] = await measure(app, client, kind);
    rounds.push(round as Record<Kind, Window>);
  }
  app.kill();
  client.kill();
  await everflame.close();
  report(rounds);
}

type Kind = 'without' | 'without again' | 'with';
const kinds: readonly Kind[] = ['without', 'without again', 'with'];

async function measure(app: ChildProcess, client: ChildProcess, kind: Kind): Promise<Window> {
  // Both are told and both stop something, so that nothing but the agent differs.
  await ask(app, kind === 'with' ? 'start' : 'idle');
  await ask(client, 200);
  const before = await ask<number>(app, 'cpu');
  const { requests, seconds } = await ask<Omit<Window, 'cpuSeconds'>>(client, WINDOW_MS);
  const cpuSeconds = (await ask<number>(app, 'cpu')) - before;
  await ask(app, 'stop');
  return { requests, seconds, cpuSeconds };
}

function report(rounds: readonly Record<Kind, Window>[]): void {
  const rate = ({ requests, seconds }: Window) => requests / seconds;
  const cost = ({ requests, cpuSeconds }: Window) => cpuSeconds / requests;
  console.log(
    `${rounds.length} rounds of three windows of ${WINDOW_MS} ms; ratios against the first window without`,
  );
  console.log(
    `${median(rounds.map((round) => rate(round.without))).toFixed(0)} requests/s without the agent`,
  );
  for (const [name, of] of [
    ['throughput', rate],
    ['CPU per request', cost],
  ] as const) {
    for (const kind of ['without again', 'with'] as const) {
      const ratios = rounds.map((round) => Math.log(of(round[kind]) / of(round.without)));
      const row = kind === 'with' ? 'agent' : 'A/A';
      console.log(
        `${name.padEnd(16)} ${row.padEnd(6)} ${percent(trimmedMean(ratios))} [${interval(ratios)}]`,
      );
    }
  }
}

const percent = (log: number) => {
  const text = (100 * (Math.exp(log) - 1)).toFixed(2);
  return `${text.startsWith('-') ? '' : '+'}${text} %`;
};

/** 95 % by bootstrap over rounds. */
function interval(values: readonly number[]): string {
  const means = Array.from({ length: 4000 }, () =>
    trimmedMean(values.map(() => values[Math.floor(Math.random() * values.length)]!)),
  ).sort((a, b) => a - b);
  return [0.025, 0.975].map((at) => percent(means[Math.floor(at * means.length)]!)).join(', ');
}

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

/** JSON, gzip, a regular expression and sorting: about a millisecond of CPU for each request. */
async function service(): Promise<void> {
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
  gunzipSync(answer());
  const http = createServer((_, response) => response.end(answer()));
  http.keepAliveTimeout = 60_000;
  http.listen(0, '127.0.0.1', () => process.send!((http.address() as AddressInfo).port));
  let agent: ReturnType<typeof start>;
  process.on(
    'message',
    (message) => void obey(String(message)).then((said) => process.send!(said)),
  );
  async function obey(message: string): Promise<number> {
    if (message === 'start')
      agent = start({ server: process.argv[3], group: 'bench', log: 'silent' });
    if (message === 'start' && !agent) throw new Error('the agent did not start');
    if (message === 'stop') await agent?.stop();
    if (message === 'stop') agent = undefined;
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
}

/** Keeps eight requests under way for as many milliseconds as it is told. */
async function load(): Promise<void> {
  const url = `http://127.0.0.1:${process.argv[3]}`;
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const request = () =>
    new Promise<void>((done, fail) => {
      get(url, { agent }, (response) => response.resume().on('end', done)).on('error', fail);
    });
  async function run(ms: number): Promise<Omit<Window, 'cpuSeconds'>> {
    const startMs = performance.now();
    let requests = 0;
    const lane = async () => {
      for (; performance.now() < startMs + ms; requests++) await request();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
    return { requests, seconds: (performance.now() - startMs) / 1000 };
  }
  process.on('message', (ms) => void run(Number(ms)).then((window) => process.send!(window)));
  process.send!('ready');
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

function ask<T>(child: ChildProcess, message: string | number): Promise<T> {
  const answer = answerOf<T>(child);
  child.send(message);
  return answer;
}

// A child does not outlive the bench.
process.on('disconnect', () => process.exit());
await (roles[process.argv[2] ?? ''] ?? compare)();
