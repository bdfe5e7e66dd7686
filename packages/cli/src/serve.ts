import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start as startAgent } from '@everflame/agent';
import { Problem } from '@everflame/model';
import { type RunningServer, startServer } from '@everflame/server';
import { pino } from 'pino';
import { byteSize, type Flags, readFlags, type Values, wholeNumber } from './options.ts';
import { version } from './version.ts';

/** The group in which the server profiles itself. */
const SELF_GROUP = 'everflame';

const levels = ['debug', 'info', 'warn', 'error', 'silent'];

const flags: Flags = {
  port: {
    type: 'string',
    value: 'N',
    default: '4100',
    help: 'port to listen on; 0 takes any free one',
  },
  host: { type: 'string', value: 'ADDRESS', default: '127.0.0.1', help: 'address to listen on' },
  data: {
    type: 'string',
    value: 'DIR',
    default: 'data',
    help: 'folder for everything that is kept',
  },
  budget: {
    type: 'string',
    value: 'SIZE',
    default: '20GB',
    help: 'what the folder may hold; the oldest detail goes first',
  },
  memory: { type: 'string', value: 'SIZE', default: '2GB', help: 'memory ceiling of the database' },
  'profile-self': { type: 'boolean', help: `profile this server into the group “${SELF_GROUP}”` },
  log: { type: 'string', value: 'LEVEL', default: 'info', help: levels.join(', ') },
};

/** Starts the server and returns while it runs; SIGINT and SIGTERM end it after everything accepted is stored. */
export async function serve(args: readonly string[]): Promise<void> {
  const values = readFlags('serve', flags, args);
  if (!values) return;
  const server = await listen(values);
  const agent = values['profile-self']
    ? startAgent({
        ...{ server: server.url, token: server.selfToken },
        ...{ group: SELF_GROUP, serviceVersion: version },
      })
    : undefined;
  endOnSignal(async () => {
    await agent?.stop();
    await server.close();
  });
  process.stdout.write(
    `Everflame ${version} listens on ${server.url} and keeps its data in ${resolve(String(values.data))}\n`,
  );
}

async function listen(values: Values): Promise<RunningServer> {
  const level = String(values.log);
  if (!levels.includes(level)) {
    throw new Problem('invalid-parameter', `--log takes ${levels.join(', ')}, not “${level}”.`);
  }
  // In a checkout the agent's package lies beside ours; an installed program has none.
  const agentFile = fileURLToPath(new URL('../../agent/dist/start.js', import.meta.url));
  const beside = (path: string) => new URL(`../dist/${path}`, import.meta.url);
  return await startServer({
    host: String(values.host),
    port: wholeNumber(values, 'port', [0, 65_535]),
    folder: resolve(String(values.data)),
    webFolder: fileURLToPath(beside('web')),
    budgetBytes: byteSize(values, 'budget'),
    memoryBytes: byteSize(values, 'memory'),
    decoderFile: beside('decode-worker.js'),
    // A thread waits while the main one is busy, so one per core does not crowd it out.
    decoderThreads: Math.min(4, availableParallelism()),
    // Standard output is for people; logs are for programs, and go where they can be redirected apart.
    log: pino({ level, base: undefined }, pino.destination(2)),
    version,
    agentFile: existsSync(agentFile) ? agentFile : undefined,
    selfGroup: values['profile-self'] ? SELF_GROUP : undefined,
  });
}

/** A second signal does not wait. */
function endOnSignal(end: () => Promise<void>): void {
  let ending = false;
  const onSignal = () => {
    if (ending) process.exit(130);
    ending = true;
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`everflame: could not end cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
