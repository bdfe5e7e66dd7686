import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { AgentList } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AwsClient, environmentOf, jsClient, type Output } from './aws/clients.ts';
import { startFunction } from './aws/lambda-runtime.ts';
import { type PythonTools, pythonTools } from './aws/python-tools.ts';
import {
  eventually,
  type ServerProcess,
  startServerProcess,
  temporaryFolder,
} from './server-process.ts';

const guide = 'docs/migrate-from-codeguru.md';
const tools = await pythonTools();
const folder = temporaryFolder();
/** Plays the account at AWS that is left. */
let old: ServerProcess;

beforeAll(async () => {
  old = await startServerProcess(join(folder.path, 'old'));
});

afterAll(async () => {
  await old?.stop();
  folder.remove();
});

const nobody = { keyId: 'AKIDEXAMPLE', secret: 'secret' };

/** What stands between fences: commands, and files whose first line has their name. */
function* blocks(markdown: string): Generator<{ language: string; name?: string; body: string }> {
  for (const [, language = '', body = ''] of markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    const [, name] = /^(?:#|\/\/) ([\w-]+(?:\.\w+)?)(?::.*)?\n/.exec(body) ?? [];
    yield { language, ...(name === undefined ? {} : { name }), body };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** A folder to work in: the program as npx finds it, an application to profile, and a function. */
function workshop(): string {
  const work = join(folder.path, 'work');
  mkdirSync(join(work, 'bin'), { recursive: true });
  const program = resolve('packages/cli/bin/everflame.js');
  writeFileSync(
    join(work, 'bin/npx'),
    `#!/bin/sh\nshift\nexec ${process.execPath} ${program} "$@"\n`,
  );
  chmodSync(join(work, 'bin/npx'), 0o755);
  symlinkSync(resolve('node_modules'), join(work, 'node_modules'));
  copyFileSync('e2e/aws/programs/function/orders.py', join(work, 'orders.py'));
  writeFileSync(join(work, 'app.py'), 'import time\n\ntime.sleep(3)\n');
  return work;
}

interface Session {
  /** What the commands printed. */
  readonly printed: string;
  /** Ends the server that they started. */
  end(): Promise<void>;
}

/** All commands of the page, one after the other in one shell, which waits behind the last. */
async function follow(work: string, port: number, { bin }: PythonTools): Promise<Session> {
  const here = (body: string) =>
    body.replaceAll('4100', String(port)).replaceAll('/var/lib/everflame', join(work, 'data'));
  const commands: string[] = ['set -euo pipefail', "trap 'kill $(jobs -p) && wait' EXIT"];
  for (const { language, name, body } of blocks(readFileSync(guide, 'utf8'))) {
    if (language === 'sh') commands.push(here(body));
    else if (name !== undefined) writeFileSync(join(work, name), here(body));
  }
  commands.push('echo followed', 'read');
  // Without --norc it reads its owner's settings where its input is a socket, as from here.
  const shell = spawn('bash', ['--norc', '-c', commands.join('\n')], {
    cwd: work,
    env: {
      ...environmentOf({ url: old.url, ...nobody }),
      PATH: `${join(work, 'bin')}:${bin}:${dirname(process.execPath)}:${process.env.PATH}`,
      ...unreachable,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = once(shell, 'exit');
  const complaints = text(shell.stderr);
  let printed = '';
  for await (const chunk of shell.stdout.setEncoding('utf8')) {
    printed += chunk;
    if (!printed.includes('followed\n')) continue;
    const end = async () => {
      shell.stdin.end('\n');
      await exited;
    };
    return { printed, end };
  }
  throw new Error(`the commands of the guide failed: ${printed}\n${await complaints}`);
}

/** Nobody there is asked for the name of this machine. */
const unreachable = { http_proxy: 'http://127.0.0.1:9', no_proxy: '127.0.0.1' };

/** A key as the guide keeps it. */
function keyIn(work: string, file: string): { readonly keyId: string; readonly secret: string } {
  const kept = readFileSync(join(work, file), 'utf8');
  const [, keyId = ''] = /^id +(\S+)$/m.exec(kept) ?? [];
  const [, secret = ''] = /^secret +(\S+)$/m.exec(kept) ?? [];
  return { keyId, secret };
}

test('a team that follows the guide arrives', async () => {
  if (!tools) return;
  const legacy = { profilingGroupName: 'legacy', tags: { team: 'shop' }, clientToken: 't' };
  await jsClient({ url: old.url, ...nobody }).call('CreateProfilingGroup', legacy);
  const work = workshop();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const session = await follow(work, port, tools);
  try {
    expect(session.printed).toContain('copied legacy');
    expect(session.printed).toContain('shop never reported');
    expect(session.printed).toContain("[ 'legacy', 'shop' ]");
    const client = jsClient({ url, ...keyIn(work, 'people.key') });
    const group = { profilingGroupName: 'legacy' };
    const { output } = await client.call('DescribeProfilingGroup', group);
    expect(output.profilingGroup.tags).toEqual({ team: 'shop' });
    expect(await agentsOf(url, 'shop', keyIn(work, 'admin.key').secret)).toHaveLength(3);
    const made = await runFunction(work, url, { client, tools });
    expect(made.computePlatform).toBe('AWSLambda');
  } finally {
    await session.end();
  }
});

async function agentsOf(url: string, group: string, token: string): Promise<AgentList['agents']> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url + paths.agents(group), { headers });
  return ((await response.json()) as AgentList).agents;
}

/** Until its agent has made the group. Lambda gives it credentials that nobody here knows. */
async function runFunction(
  work: string,
  url: string,
  { client, tools }: { readonly client: AwsClient; readonly tools: PythonTools },
): Promise<Output> {
  const { keyId, secret } = keyIn(work, 'agents.key');
  const env = {
    ...environmentOf({ url: old.url, ...nobody }),
    ...unreachable,
    ...{ EVERFLAME_SERVER: url, EVERFLAME_KEY_ID: keyId, EVERFLAME_SECRET: secret },
  };
  const handler = 'lambda_function.handler';
  const lambda = await startFunction({ name: 'orders', root: work, handler, env, tools });
  const of = { profilingGroupName: 'aws-lambda-orders' };
  try {
    return await eventually(async () => {
      // The agent looks once a second, and begins anew with each invocation.
      expect(await lambda.invoke({ order: 7, seconds: 3 })).toMatchObject({ order: 7 });
      return (await client.call('DescribeProfilingGroup', of)).output?.profilingGroup;
    });
  } finally {
    await lambda.stop();
  }
}
