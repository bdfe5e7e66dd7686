import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UploadMetadata } from '@everflame/api';
import { Profile } from 'pprof-format';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BuiltAgent, buildAgent, type Ended, run } from './profiled-process.ts';
import {
  type RecordedUpload,
  type RecordingServer,
  startRecordingServer,
} from './recording-server.ts';

let agent: BuiltAgent;
let folder: string;
let server: RecordingServer;

beforeAll(() => {
  agent = buildAgent();
  folder = mkdtempSync(join(tmpdir(), 'everflame-agent-'));
});
afterAll(() => {
  agent?.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  server = await startRecordingServer();
});
afterEach(() => server.close());

/**
 * Burns CPU in `burnCpu` for argv[2] seconds with the event loop between slices, then runs `ending`. Slices are
 * few and long: V8 would inline a function that is called often, and its time would be its caller's.
 */
const busy = (ending = '', restMs = 1) => `
  const until = Date.now() + Number(process.argv[2]) * 1000;
  function burnCpu() { let x = 0; for (let i = 0; i < 4e6; i++) x += Math.sqrt(i); return x; }
  function turn() {
    burnCpu();
    if (Date.now() < until) return void setTimeout(turn, ${restMs});
    console.log('done');
    ${ending}
  }
  turn();`;

let files = 0;
function appFile(source: string, extension = 'mjs'): string {
  const file = join(folder, `app-${files++}.${extension}`);
  writeFileSync(file, source);
  return file;
}

const to = (url: string, more: Record<string, string> = {}) => ({
  EVERFLAME_SERVER: url,
  EVERFLAME_GROUP: 'tested',
  ...more,
});

/** Runs an application to its end under the agent. */
const profiled = (source: string, seconds: number, environment = to(server.url)): Promise<Ended> =>
  run(['--import', agent.start, appFile(source), String(seconds)], environment).ended;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((later) => setTimeout(later, 20));
}

/** All that is said where nothing goes wrong. */
const connected = () => `everflame: profiles into tested at ${server.url}\n`;

const longest = () =>
  server.uploads.reduce((best, upload) => (lengthOf(upload) > lengthOf(best) ? upload : best));
const lengthOf = ({ metadata }: RecordedUpload) => metadata.endMs! - metadata.startMs!;

/** Functions by their own value in one column, hottest first. */
function hottest(
  upload: RecordedUpload,
  file: string,
  type: string,
): [name: string, self: number][] {
  const { profile, text } = decoded(upload, file);
  const column = profile.sampleType.findIndex((valueType) => text(valueType.type) === type);
  const selves = new Map<string, number>();
  for (const { locationId, value } of profile.sample) {
    const line = profile.location.find(({ id }) => id === locationId[0])!.line[0]!;
    const name = text(profile.function.find(({ id }) => id === line.functionId)!.name);
    selves.set(name, (selves.get(name) ?? 0) + Number(value[column]));
  }
  return [...selves].sort((a, b) => b[1] - a[1]);
}

function decoded(upload: RecordedUpload, file: string) {
  const profile = Profile.decode(gunzipSync(upload.files.get(file)!));
  const text = (index: number | bigint) => profile.stringTable.strings[Number(index)]!;
  return { profile, text };
}

describe('an application that was changed by nothing but a flag', () => {
  test('as an ES module shows its hot function in wall and CPU time, with its heap and facts', async () => {
    const { code, stdout, stderr } = await profiled(
      busy(),
      4,
      to(server.url, {
        EVERFLAME_SERVICE_VERSION: '1.2.3',
        EVERFLAME_LABELS: 'region=north,tier=gold',
      }),
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'done\n', stderr: connected() });
    expect(server.uploads.length).toBeGreaterThan(2);
    const upload = longest();
    expect(upload.group).toBe('tested');
    expect([...upload.files.keys()]).toEqual(['wall.pprof.gz', 'heap.pprof.gz']);
    expect(hottest(upload, 'wall.pprof.gz', 'wall')[0]![0]).toBe('burnCpu');
    expect(hottest(upload, 'wall.pprof.gz', 'cpu')[0]![0]).toBe('burnCpu');
    expect(decoded(upload, 'heap.pprof.gz').profile.sample.length).toBeGreaterThan(0);

    const metadata = UploadMetadata.parse(upload.metadata);
    expect(metadata.labels).toMatchObject({
      'service.version': '1.2.3',
      region: 'north',
      tier: 'gold',
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.version.slice(1),
    });
    expect(metadata.agent?.name).toBe('everflame-nodejs');
    expect(upload.headers['user-agent']).toMatch(/^everflame-agent-nodejs\//);
    const { facts } = metadata;
    expect(facts.cpuSeconds).toBeGreaterThan(0.1);
    expect(facts.heapMaxBytes).toBeGreaterThan(facts.heapUsedBytes!);
    expect(facts.rssBytes).toBeGreaterThan(1e7);
    expect(facts.eventLoopUtilization).toBeGreaterThan(0.2);
    expect(facts.vcpus).toBeGreaterThan(0);
    expect(facts.agentOverheadSeconds).toBeGreaterThan(0);
  });

  test('its profiles follow each other without a gap, and the last one is sent at its end', async () => {
    await profiled(busy(), 4);
    const times = server.uploads.map(({ metadata }) => [metadata.startMs!, metadata.endMs!]);
    for (let i = 1; i < times.length; i++) expect(times[i]![0]).toBe(times[i - 1]![1]);
    const covered = times.at(-1)![1]! - times[0]![0]!;
    expect(covered).toBeGreaterThan(2500);
    expect(new Set(server.uploads.map(({ metadata }) => metadata.token)).size).toBe(times.length);
  });

  test('as CommonJS is profiled through --require', async () => {
    const app = appFile(busy('require("node:assert")(true);'), 'cjs');
    const { code, stderr } = await run(['--require', agent.start, app, '2'], to(server.url)).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: connected() });
    expect(hottest(longest(), 'wall.pprof.gz', 'wall')[0]![0]).toBe('burnCpu');
  });

  test.each(['--import', '--require'])('is profiled through NODE_OPTIONS with %s', async (flag) => {
    const environment = to(server.url, { NODE_OPTIONS: `${flag}=${agent.start}` });
    const { code } = await run([appFile(busy()), '2'], environment).ended;
    expect(code).toBe(0);
    expect(hottest(longest(), 'wall.pprof.gz', 'wall')[0]![0]).toBe('burnCpu');
  });

  test('names its group after its package when nobody does', async () => {
    const home = mkdtempSync(join(folder, 'named-'));
    writeFileSync(join(home, 'package.json'), '{"name":"@shop/check out"}');
    writeFileSync(join(home, 'app.mjs'), busy());
    const environment = { EVERFLAME_SERVER: server.url };
    await run(['--import', agent.start, join(home, 'app.mjs'), '2'], environment).ended;
    expect(server.uploads[0]!.group).toBe('shop-check-out');
  });

  test('without a package is named after its file, and passes on what the server says', async () => {
    server.replyToUpload = () => ({
      status: 201,
      body: JSON.stringify({ result: 'stored', warnings: ['no label “x”'] }),
    });
    const home = mkdtempSync(join(folder, 'alone-'));
    writeFileSync(join(home, 'nightly report.mjs'), busy());
    const environment = { EVERFLAME_SERVER: server.url, EVERFLAME_LABELS: 'x:1' };
    const program = run(
      ['--import', agent.start, join(home, 'nightly report.mjs'), '2'],
      environment,
    );
    const { stderr } = await program.ended;
    expect(server.uploads[0]!.group).toBe('nightly-report');
    expect(server.uploads[0]!.metadata.labels).toMatchObject({ x: '1' });
    expect(stderr).toMatch(
      /profiles into nightly-report at .*; so named after the program, .*EVERFLAME_GROUP/,
    );
    expect(stderr.match(/the server says: no label “x”/g)).toHaveLength(1);
  });

  test('that computes without a pause to its end is profiled all the same', async () => {
    const { code } = await profiled(
      'function burnCpu() { const end = Date.now() + 2500; let x = 0; while (Date.now() < end) x += Math.sqrt(x + 1); } burnCpu();',
      0,
    );
    expect(code).toBe(0);
    expect(hottest(server.uploads[0]!, 'wall.pprof.gz', 'cpu')[0]![0]).toBe('burnCpu');
  });

  test('whose clock is set while it runs sends profiles as long as they took', async () => {
    server.orders.samplingIntervalMs = 100;
    const jump = `
      const now = Date.now;
      setTimeout(() => { Date.now = () => now() + 3_600_000; }, 1500);
      setTimeout(() => { Date.now = () => now() - 3_600_000; }, 3500);
      setTimeout(() => {}, 6000);`;
    const { code } = await profiled(jump, 0, to(server.url, { EVERFLAME_PERIOD_SECONDS: '1' }));
    expect(code).toBe(0);
    const lengths = server.uploads.map(lengthOf);
    expect(lengths.length).toBeGreaterThan(1);
    for (const length of lengths) expect(length).toBeGreaterThan(0);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(60_000);
  });

  test('that is told another interval late hands over what was sampled before, with facts of that time', async () => {
    server.orders.samplingIntervalMs = 20;
    const blocked = `
      function block(ms) { const until = Date.now() + ms; while (Date.now() < until); }
      setTimeout(() => block(4000), 10);
      setTimeout(() => {}, 6000);`;
    await profiled(blocked, 0);
    for (const upload of server.uploads) {
      const { cpuSeconds } = upload.metadata.facts!;
      expect(cpuSeconds).toBeLessThan(lengthOf(upload) / 1000 + 1);
    }
    const [first, second] = server.uploads;
    expect(lengthOf(first!)).toBeGreaterThan(3500);
    expect(hottest(first!, 'wall.pprof.gz', 'wall')[0]![0]).toBe('block');
    expect(second!.metadata.startMs).toBe(first!.metadata.endMs);
  });

  test.each([
    ['never works', 0, [0, 0.1]],
    ['works half of the time', 0.5, [0.2, 0.8]],
    ['always works', 1, [0.7, 1]],
  ])('that %s says so of its event loop, though each sample interrupts it', async (...of) => {
    const [, share, [least, most]] = of;
    const source = `
      const until = Date.now() + 4000;
      function turn() {
        const from = performance.now();
        while (performance.now() - from < ${30 * share});
        if (Date.now() < until) ${share < 1 ? `setTimeout(turn, ${30 - 30 * share})` : 'setImmediate(turn)'};
      }
      turn();`;
    // From the start, or the longest profile may be the first, of ten samples.
    await profiled(source, 0, to(server.url, { EVERFLAME_SAMPLING_INTERVAL_MS: '10' }));
    const { eventLoopUtilization } = longest().metadata.facts!;
    expect(eventLoopUtilization).toBeGreaterThanOrEqual(least!);
    expect(eventLoopUtilization).toBeLessThanOrEqual(most!);
  });

  test('that ends within its first second speaks to nobody', async () => {
    expect(await profiled('console.log("short")', 0)).toMatchObject({
      code: 0,
      stdout: 'short\n',
      stderr: '',
    });
    expect(server.requests).toEqual([]);
  });
});

describe('worker threads', () => {
  test('profile themselves, each under its own name', async () => {
    const worker = appFile(busy().replaceAll('burnCpu', 'burnInWorker'));
    const main = `
      import { Worker } from 'node:worker_threads';
      for (let i = 0; i < 2; i++) new Worker(${JSON.stringify(worker)}, { argv: ['4'] });
      ${busy()}`;
    const { code, stderr } = await profiled(main, 4);
    expect({ code, stderr }).toEqual({ code: 0, stderr: connected() });
    const byThread = groupsOf(server.uploads, threadOf);
    expect([...byThread.keys()].sort()).toEqual(['', 'worker-1', 'worker-2']);
    // On a busy machine compiler and collector may take more in the first second than the main thread is given.
    const hot = (thread: string) =>
      hottest(byThread.get(thread)![0]!, 'wall.pprof.gz', 'cpu').find(
        ([name]) => name !== 'Non JS threads activity',
      )![0];
    expect(['', 'worker-1', 'worker-2'].map(hot)).toEqual([
      'burnCpu',
      'burnInWorker',
      'burnInWorker',
    ]);
    // What the whole process did is said once, by the main thread.
    expect(byThread.get('worker-1')![0]!.metadata.facts).not.toHaveProperty('cpuSeconds');
  });

  const threadOf = ({ metadata }: RecordedUpload) => metadata.labels?.['thread.name'] ?? '';

  test.each(['natural', 'process.exit', 'terminate'])(
    'may end at any moment by %s while they are sampled',
    async (how) => {
      const worker = appFile(`
        const end = Date.now() + 20 + Math.random() * 60;
        while (Date.now() < end || ${how === 'terminate'}) JSON.parse(JSON.stringify(process.versions));
        ${how === 'process.exit' ? 'process.exit(3);' : ''}`);
      const main = `
        import { Worker } from 'node:worker_threads';
        const codes = new Set();
        for (let round = 0; round < 12; round++) {
          await Promise.all([0, 1, 2].map(() => new Promise((ended) => {
            const worker = new Worker(${JSON.stringify(worker)});
            worker.on('exit', (code) => { codes.add(code); ended(); });
            if (${how === 'terminate'}) setTimeout(() => worker.terminate(), 40 + Math.random() * 60);
          })));
        }
        console.log([...codes].join());`;
      const environment = to(server.url, { EVERFLAME_SAMPLING_INTERVAL_MS: '1' });
      const { code, signal, stdout } = await profiled(main, 0, environment);
      expect({ code, signal }).toEqual({ code: 0, signal: undefined });
      // A thread that is terminated before it runs ends with 0.
      expect({ natural: '0', 'process.exit': '3', terminate: '1' }[how]).toBe(
        stdout
          .trim()
          .split(',')
          .filter((c) => how !== 'terminate' || c !== '0')
          .join(),
      );
    },
  );
});

function groupsOf<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

describe('an application ends as it would have without the agent', () => {
  const endings: Readonly<Record<string, string>> = {
    'by itself': '',
    'with process.exit(7)': 'process.exit(7);',
    'with an uncaught exception': 'throw new Error("on purpose");',
    'with an unhandled rejection': 'Promise.reject(new Error("on purpose"));',
    'by SIGTERM': 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000);',
    'with its own SIGTERM handler':
      'process.once("SIGTERM", () => process.exit(9)); process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000);',
    'with exit code 5 set': 'process.exitCode = 5;',
  };

  const addresses: Readonly<Record<string, () => Promise<{ url: string; close: () => unknown }>>> =
    {
      'a server that answers': async () => ({ url: server.url, close: () => {} }),
      'a server that refuses connections': async () => {
        const gone = await startRecordingServer();
        await gone.close();
        return { url: gone.url, close: () => {} };
      },
      'a server that accepts and says nothing': () => rawServer(() => {}),
      'a server that answers garbage': () =>
        rawServer((socket) => socket.end('\u0000\u0001 this is not HTTP\r\n\r\n')),
      'a server that answers 500': async () => {
        server.replyToAsking = () => ({ status: 500, body: 'oops' });
        server.replyToUpload = () => ({ status: 500, body: 'oops' });
        return { url: server.url, close: () => {} };
      },
      'a host that does not exist': async () => ({
        url: 'http://nowhere.invalid',
        close: () => {},
      }),
      'a black hole': blackHole,
    };

  test.each(Object.keys(addresses))('in front of %s', async (name) => {
    const { url, close } = await addresses[name]!();
    // Where the application stood when it failed is printed with its file, so both run the same file.
    const cases = Object.entries(endings).map(
      ([how, source]) => [how, appFile(busy(source, 50))] as const,
    );
    await Promise.all(
      cases.map(async ([how, file]) => {
        const [plain, observed] = await Promise.all([
          run([file, '1.5']).ended,
          run(['--import', agent.start, file, '1.5'], to(url)).ended,
        ]);
        const { ms: plainMs, ...expected } = plain;
        const { ms, ...seen } = observed;
        const said = seen.stderr.match(/^everflame: .*\n/gm) ?? [];
        // Whether there was time for it depends on the machine.
        expect(said.length, how).toBeLessThanOrEqual(2);
        const stderr = said.reduce((text, line) => text.replace(line, ''), seen.stderr);
        expect({ ...seen, stderr }, how).toEqual(expected);
        // The agent gives itself a second; the rest is for a busy machine.
        expect(ms - plainMs, how).toBeLessThan(10_000);
      }),
    );
    await close();
  });

  async function rawServer(onConnection: (socket: import('node:net').Socket) => void) {
    const raw = createServer((socket) => {
      socket.on('error', () => {});
      onConnection(socket);
    });
    await new Promise<void>((ready) => raw.listen(0, '127.0.0.1', ready));
    return {
      url: `http://127.0.0.1:${(raw.address() as AddressInfo).port}`,
      close: () => raw.close(),
    };
  }

  /** A listener that never accepts and whose queue is full: the system drops whoever knocks. */
  async function blackHole() {
    const source = `
      import { createServer, connect } from 'node:net';
      import { Worker } from 'node:worker_threads';
      const server = createServer();
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
        const { port } = server.address();
        new Worker(\`const { connect } = require('node:net');
          for (let i = 0; i < 4; i++) connect(\${port}, '127.0.0.1').on('error', () => {});\`, { eval: true });
        console.log(port);
        setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 5);
      });`;
    const { child, ended } = run([appFile(source)]);
    let port = '';
    child.stdout!.on('data', (chunk) => (port += chunk));
    await until(() => port.endsWith('\n'));
    await new Promise((filled) => setTimeout(filled, 1000));
    const close = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    return { url: `http://127.0.0.1:${port.trim()}`, close };
  }
});

describe('the server says what to do', () => {
  test('an unknown group is created, and then asked for again', async () => {
    server.replyToAsking = (nth) =>
      nth === 1
        ? { status: 404, headers: { 'x-amzn-ErrorType': 'ResourceNotFoundException' }, body: '{}' }
        : undefined;
    await profiled(busy(), 2);
    expect(server.requests[0]).toBe('POST /profilingGroups/tested/configureAgent');
    expect(server.requests[1]).toMatch(/^POST \/profilingGroups\?clientToken=[\w-]+$/);
    expect(server.requests[2]).toBe('POST /profilingGroups/tested/configureAgent');
    expect(JSON.parse(server.bodies[0]!)).toEqual({
      fleetInstanceId: expect.any(String),
      metadata: {},
    });
    expect(JSON.parse(server.bodies[1]!)).toEqual({
      profilingGroupName: 'tested',
      computePlatform: 'Default',
    });
    expect(server.uploads.length).toBeGreaterThan(0);
  });

  test('an outage is told once, with its reason, and so is its end', async () => {
    server.replyToAsking = (nth) =>
      nth === 1 || nth > 4 ? undefined : { status: 503, body: 'down for\nrepair' };
    const { child, ended } = run(['--import', agent.start, appFile(busy()), '600'], to(server.url));
    let stderr = '';
    child.stderr!.on('data', (chunk) => (stderr += chunk));
    await until(() => stderr.includes('again'));
    child.kill();
    await ended;
    expect(stderr.split('\n')).toEqual([
      connected().trim(),
      `everflame: profiles do not reach ${server.url}: configureAgent was answered 503: down for repair; it goes on trying`,
      `everflame: profiles reach ${server.url} again`,
      '',
    ]);
  });

  test('a name that no group can have is changed, and the rule is told', async () => {
    const { stderr } = await profiled(
      busy(),
      2,
      to(server.url, { EVERFLAME_GROUP: 'my service!' }),
    );
    expect(server.uploads[0]!.group).toBe('my-service');
    expect(stderr).toMatch(
      /^everflame: profiles into my-service at \S+; not “my service!”, for .*\n$/,
    );
  });

  test('while it is paused an instance asks, and hands over nothing that was sampled meanwhile', async () => {
    server.orders.shouldProfile = false;
    const { child, ended } = run(['--import', agent.start, appFile(busy()), '600'], to(server.url));
    await until(() => server.requests.length >= 4);
    expect(server.uploads).toEqual([]);
    server.orders.shouldProfile = true;
    const resumedMs = Date.now();
    await until(() => server.uploads.length > 0);
    expect(server.uploads[0]!.metadata.startMs).toBeGreaterThanOrEqual(resumedMs - 50);
    child.kill();
    await ended;
  });

  test('a new sampling interval and a new period take effect', async () => {
    server.orders.samplingIntervalMs = 50;
    const { child, ended } = run(['--import', agent.start, appFile(busy()), '600'], to(server.url));
    const period = (upload: RecordedUpload) =>
      Number(decoded(upload, 'wall.pprof.gz').profile.period) / 1e6;
    await until(() => server.uploads.length >= 2);
    expect(period(server.uploads[0]!)).toBeGreaterThanOrEqual(50);
    server.orders = { shouldProfile: true, samplingIntervalMs: 10, periodInSeconds: 3 };
    await until(() => server.uploads.length >= 6);
    child.kill();
    await ended;
    const last = server.uploads.at(-1)!;
    expect(period(last)).toBeLessThan(50);
    expect(last.metadata.endMs! - last.metadata.startMs!).toBeGreaterThan(2500);
  });

  test('an answer that makes no sense leaves things as they were', async () => {
    server.replyToAsking = (nth) =>
      nth < 2
        ? undefined
        : { status: 200, body: '{"shouldProfile":"perhaps","periodInSeconds":-4}' };
    await profiled(busy(), 4);
    expect(server.uploads.length).toBeGreaterThan(2);
  });
});

describe('uploads', () => {
  test('are tried again with the same token and bytes until they are stored', async () => {
    const failures: readonly string[] = ['503', '200 <html>', '201'];
    server.replyToUpload = (nth) => {
      const reply = failures[nth - 1];
      if (reply === '503') return { status: 503 };
      return reply === '200 <html>' ? { status: 200, body: '<html>Sign in</html>' } : undefined;
    };
    const { child, ended } = run(['--import', agent.start, appFile(busy()), '600'], to(server.url));
    await until(() => server.uploads.length >= 4);
    child.kill();
    await ended;
    const [first, second, third, fourth] = server.uploads;
    expect(second!.bytes.equals(first!.bytes)).toBe(true);
    expect(third!.bytes.equals(first!.bytes)).toBe(true);
    expect(fourth!.metadata.token).not.toBe(first!.metadata.token);
  });

  test('wait as long as the server asks', async () => {
    server.replyToUpload = (nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '3' } } : undefined;
    const { child, ended } = run(['--import', agent.start, appFile(busy()), '600'], to(server.url));
    await until(() => server.uploads.length >= 2);
    child.kill();
    await ended;
    const [first, second] = server.uploads;
    expect(second!.metadata.token).toBe(first!.metadata.token);
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(2990);
  });

  test('that are refused are dropped, and the reason is said once', async () => {
    server.replyToUpload = () => ({
      status: 422,
      body: JSON.stringify({ code: 'profile-in-future', detail: 'Check the clock of the host.' }),
    });
    const { stderr, code } = await profiled(busy(), 4);
    expect(code).toBe(0);
    expect(server.uploads.length).toBeGreaterThan(2);
    expect(new Set(server.uploads.map(({ metadata }) => metadata.token)).size).toBe(
      server.uploads.length,
    );
    expect(stderr).toBe(
      `${connected()}everflame: profiles do not reach ${server.url}: a profile was refused, 422 Check the clock of the host.; it goes on trying\n`,
    );
  });

  test('carry the token of the agent', async () => {
    await profiled(busy(), 2, to(server.url, { EVERFLAME_TOKEN: 'secret-1' }));
    expect(server.uploads[0]!.headers.authorization).toBe('Bearer secret-1');
  });

  test('that a process could not send are sent by the next one of its group', async () => {
    const gone = await startRecordingServer();
    await gone.close();
    const buffer = join(folder, 'buffer');
    const first = await profiled(
      busy('process.exit(4);'),
      3,
      to(gone.url, { EVERFLAME_BUFFER_DIR: buffer, EVERFLAME_PERIOD_SECONDS: '1' }),
    );
    expect(first).toMatchObject({
      code: 4,
      stderr: `everflame: profiles do not reach ${gone.url}: connect ECONNREFUSED 127.0.0.1:${gone.port}; it goes on trying\n`,
    });
    const left = readdirSync(join(buffer, 'tested'));
    expect(left.length).toBeGreaterThan(1);
    expect(left.every((name) => name.endsWith('.upload'))).toBe(true);

    const environment = to(server.url, { EVERFLAME_BUFFER_DIR: buffer });
    const { child, ended } = run(['--import', agent.start, appFile(busy()), '600'], environment);
    await until(() => server.uploads.length > left.length);
    const sent = server.uploads.map(({ metadata }) => `${metadata.endMs}-${metadata.token}.upload`);
    expect(sent).toEqual(expect.arrayContaining(left));
    await until(() => readdirSync(join(buffer, 'tested')).length === 0);
    child.kill();
    await ended;
  });
});

describe('start and stop from code', () => {
  const withStart = (body: string) => `
    import { start } from ${JSON.stringify(agent.index)};
    const agent = start({ server: ${JSON.stringify(server.url)}, group: 'by-hand' });
    ${body}`;

  test('stop sends what is left, and profiling is over', async () => {
    const source = withStart(`
      const end = Date.now() + 700;
      while (Date.now() < end) JSON.stringify(process.versions);
      await agent.stop();
      await agent.stop();
      console.log('stopped');
      await new Promise((later) => setTimeout(later, 1500));`);
    const { stdout, code } = await run([appFile(source)]).ended;
    expect({ stdout, code }).toEqual({ stdout: 'stopped\n', code: 0 });
    expect(server.uploads).toHaveLength(1);
    expect(server.uploads[0]!.group).toBe('by-hand');
  });

  test('stop comes back though the server is silent, and what was left is in the folder', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
    const source = `
      import { start } from ${JSON.stringify(agent.index)};
      const agent = start({
        server: 'http://127.0.0.1:${(silent.address() as AddressInfo).port}', group: 'silent',
        bufferFolder: ${JSON.stringify(join(folder, 'buffer'))},
      });
      await new Promise((later) => setTimeout(later, 300));
      await agent.stop();
      console.log('stopped');`;
    expect(await run([appFile(source)]).ended).toMatchObject({ code: 0, stdout: 'stopped\n' });
    silent.close();
    expect(readdirSync(join(folder, 'buffer', 'silent'))).toHaveLength(1);
  });

  test('a second start does nothing but say so; after stop there may be another', async () => {
    const source = withStart(`
      console.log(start() === undefined);
      await agent.stop();
      const again = start({ server: ${JSON.stringify(server.url)}, group: 'again' });
      console.log(again !== undefined);
      await again.stop();`);
    const { stdout, stderr } = await run([appFile(source)]).ended;
    expect(stdout).toBe('true\ntrue\n');
    expect(stderr).toBe('everflame: is running in this process already; started once is enough\n');
    expect(server.uploads.map(({ group }) => group)).toEqual(['by-hand', 'again']);
  });
});

describe('the agent can be kept out', () => {
  test('by EVERFLAME_ENABLED=false', async () => {
    const environment = to(server.url, { EVERFLAME_ENABLED: 'false' });
    expect(await profiled(busy(), 2, environment)).toMatchObject({ code: 0, stderr: '' });
    expect(server.requests).toEqual([]);
  });

  test('by a file, before the start and while it runs', async () => {
    const killFile = join(folder, 'kill');
    const environment = to(server.url, { EVERFLAME_KILL_FILE: killFile, EVERFLAME_LOG: 'info' });
    const running = run(['--import', agent.start, appFile(busy()), '600'], environment);
    await until(() => server.uploads.length > 0);
    writeFileSync(killFile, '');
    let stderr = '';
    running.child.stderr!.on('data', (chunk) => (stderr += chunk));
    await until(() => stderr.includes(`profiling ends: ${killFile} exists`));
    const sent = server.requests.length;
    running.child.kill();
    await running.ended;

    const late = await profiled(busy(), 2, environment);
    expect(late).toMatchObject({
      code: 0,
      stderr: `everflame: does not start: ${killFile} exists\n`,
    });
    expect(server.requests).toHaveLength(sent);
    rmSync(killFile);
  });

  test.each([
    ['an address that is none', { EVERFLAME_SERVER: 'not an address' }, /address/],
    [
      'a period that is none',
      { EVERFLAME_PERIOD_SECONDS: 'soon' },
      /profile: EVERFLAME_PERIOD_SECONDS \(periodSeconds\) must be a positive number, not “soon”\n$/,
    ],
  ])('by %s, which is said', async (_, environment, reason) => {
    const { code, stdout, stderr } = await profiled(busy(), 1, to(server.url, environment));
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'done\n' });
    expect(stderr).toMatch(/^everflame: does not profile: /);
    expect(stderr).toMatch(reason);
    expect(server.requests).toEqual([]);
  });

  test('by a machine for which there is no sampler', async () => {
    const alone = mkdtempSync(join(folder, 'alone-'));
    cpSync(agent.folder, alone, { recursive: true });
    const args = ['--import', join(alone, 'start.js'), appFile(busy()), '1'];
    const { code, stdout, stderr } = await run(args, to(server.url)).ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'done\n' });
    expect(stderr).toMatch(
      /^everflame: does not profile: Error: Cannot find module '@datadog\/pprof'/,
    );
  });
});
