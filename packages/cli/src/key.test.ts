import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, expect, test } from 'vitest';

const home = mkdtempSync(join(tmpdir(), 'everflame-key-'));
const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) await ended(child);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const program = 'packages/cli/bin/everflame.js';

/** `everflame key …`, to its end. */
async function key(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, 'key', ...args], {
    env: { ...process.env, ...env },
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { out, err, code: code as number | null };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** The address at which a server of that folder listens. */
async function serve(folder: string, ...more: readonly string[]): Promise<string> {
  const flags = ['--port', '0', '--data', folder, '--log', 'silent', ...more];
  const child = spawn(process.execPath, [program, 'serve', ...flags]);
  running.push(child);
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`The server did not start: ${said}`);
}

const variable = (out: string, name: string): string =>
  new RegExp(`^export ${name}=(\\S+)$`, 'm').exec(out)?.[1] ?? '';

const secretOf = (out: string): string => variable(out, 'AWS_SECRET_ACCESS_KEY');

test('keys of a stopped server are made, listed and revoked', async () => {
  const data = ['--data', join(home, 'stopped')];
  const early = await key(['add', 'ci', '--role', 'agent', ...data]);
  expect(early).toMatchObject({ code: 1, err: expect.stringMatching(/administrator’s first/) });
  const none = await key(['list', ...data]);
  expect(none).toMatchObject({ out: expect.stringContaining('no access key'), code: 0 });
  const root = await key(['add', 'root', '--role', 'admin', ...data]);
  expect(root).toMatchObject({ err: '', code: 0 });
  const made = await key(['add', 'ci', '--role', 'agent', '--groups', 'shop,pay-*', ...data]);
  const id = variable(made.out, 'AWS_ACCESS_KEY_ID');
  expect(id).toMatch(/^EF[A-Z2-7]{18}$/);
  expect(secretOf(made.out)).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(variable(made.out, 'AWS_ENDPOINT_URL_CODEGURUPROFILER')).toBe('http://127.0.0.1:4100');
  const { out } = await key(['list', ...data]);
  expect(out).toMatch(new RegExp(`^${id} +ci +agent +shop,pay-\\* +never used$`, 'm'));
  expect(out).not.toContain(secretOf(made.out));
  expect(await key(['revoke', id, ...data])).toMatchObject({ out: `Revoked ${id}.\n`, code: 0 });
  expect((await key(['list', ...data])).out).not.toContain(id);
  const lost = join(home, 'stopped', 'secrets.key');
  rmSync(lost);
  expect(await key(['list', ...data])).toMatchObject({
    ...{ code: 1, err: expect.stringMatching(/secrets\.key is missing.*revoke --all/) },
  });
  expect(await key(['revoke', '--all', ...data])).toMatchObject({ err: '', code: 0 });
  expect((await key(['list', ...data])).out).toContain('no access key');
});

test('keys of a running server are made by it, for an administrator', async () => {
  const folder = join(home, 'running');
  const root = await key(['add', 'root', '--role', 'admin', '--data', folder]);
  const url = await serve(folder);
  const inUse = await key(['list', '--data', folder]);
  expect(inUse).toMatchObject({ code: 1, err: expect.stringContaining('--server URL') });
  const server = ['--server', url];
  const admin = ['--key', secretOf(root.out)];
  const made = await key(['add', 'ci', '--role', 'agent', ...server, ...admin]);
  expect(variable(made.out, 'AWS_ENDPOINT_URL_CODEGURUPROFILER')).toBe(url);
  const listed = await key(['list', ...server], { EVERFLAME_TOKEN: secretOf(root.out) });
  expect(listed.out).toMatch(/ ci +agent +all groups +never used\n/);
  const refused = await key(['list', ...server, '--key', secretOf(made.out)]);
  expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/“ci” \(agent\) may not/) });
  const nobody = await key(['list', ...server], { EVERFLAME_TOKEN: '' });
  expect(nobody).toMatchObject({ code: 1, err: expect.stringMatching(/asks for an access key/) });
  const id = variable(made.out, 'AWS_ACCESS_KEY_ID');
  expect((await key(['revoke', id, ...server, ...admin])).out).toBe(`Revoked ${id}.\n`);
  const again = await key(['revoke', id, ...server, ...admin]);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining(id) });
});

test('a server that asks for keys still profiles itself', async () => {
  const folder = join(home, 'self');
  const root = await key(['add', 'root', '--role', 'admin', '--data', folder]);
  const url = await serve(folder, '--profile-self');
  expect((await fetch(`${url}/api/v1/groups`)).status).toBe(401);
  const headers = { authorization: `Bearer ${secretOf(root.out)}` };
  // Its agent makes the group, asks what to do, and sends its first profile soon.
  for (;;) {
    const answer = await fetch(`${url}/api/v1/groups/everflame`, { headers });
    if (answer.ok && ((await answer.json()) as { lastProfileMs?: number }).lastProfileMs) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
});

test.each([
  [['fly'], /no command “key fly”/],
  [['add', '--role', 'admin'], /key add NAME --role ROLE/],
  [['add', 'ci'], /--role is needed; it takes agent, viewer, operator, admin\./],
  [['add', 'ci', '--role', 'root'], /--role is not “root”/],
  [['add', 'c/i', '--role', 'admin', '--data', join(home, 'none')], /A key name has up to 64/],
  [
    ['add', 'ci', '--role', 'admin', '--groups', 'a,*b', '--data', join(home, 'none')],
    /A group is a name/,
  ],
  [['list', '--data', join(home, 'nowhere')], /There is no folder .*nowhere/],
  [['revoke', '--all', '--data', join(home, 'nowhere')], /There is no folder .*nowhere/],
  [['revoke', '--data', home], /everflame key revoke ID/],
  [['revoke', '--all', '--server', 'http://b'], /everflame key revoke ID/],
  [['list', '--data', 'a', '--server', 'http://b'], /--data or --server, not both/],
  [['list', '--server', 'b'], /--server takes an address such as/],
  [['list', '--server', 'http://127.0.0.1:1'], /Nobody answers at http:\/\/127\.0\.0\.1:1\./],
])('a mistake is one sentence: %j', async (args, sentence) => {
  const { out, err, code } = await key(args);
  expect({ out, code }).toEqual({ out: '', code: 1 });
  expect(err).toMatch(sentence);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('help says what each takes', async () => {
  expect((await key([])).out).toContain('everflame key revoke ID');
  for (const flag of ['--role', '--groups', '--data', '--server', '--key']) {
    expect((await key(['add', '--help'])).out).toContain(flag);
  }
});
