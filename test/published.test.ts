import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstAddress } from '../e2e/server-process.ts';

const run = promisify(execFile);

/** What a user installs: the packed files and nothing of the checkout but third-party packages. */
const home = mkdtempSync(join(tmpdir(), 'everflame-published-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function install(workspace: string, name: string): Promise<void> {
  await run('npm', ['pack', '--workspace', workspace, '--pack-destination', home]);
  const folder = join(home, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  const archive = `${name.replace('@', '').replace('/', '-')}-0.1.0.tgz`;
  await run('tar', ['-xzf', join(home, archive), '--strip-components=1', '-C', folder]);
  expect(existsSync(join(folder, 'src'))).toBe(false);
}

beforeAll(async () => {
  await install('packages/agent', '@everflame/agent');
  await install('packages/cli', 'everflame');
  for (const name of ['@datadog', '@duckdb', '@types', 'undici-types']) {
    symlinkSync(resolve('node_modules', name), join(home, 'node_modules', name));
  }
});

test('the packed agent starts from a flag, and from an application that imports it', async () => {
  const env = { ...process.env, EVERFLAME_SERVER: 'http://127.0.0.1:9', EVERFLAME_LOG: 'debug' };
  const preloaded = await run(
    process.execPath,
    [
      '--import',
      '@everflame/agent/start',
      '-e',
      'setTimeout(() => console.log("application"), 1500)',
    ],
    { cwd: home, env },
  );
  expect(preloaded.stdout).toBe('application\n');
  expect(preloaded.stderr).toMatch(/everflame: profiles do not reach http:\/\/127\.0\.0\.1:9/);
  const program = `
    import { start } from '@everflame/agent';
    const agent = start({ server: 'http://127.0.0.1:9', log: 'silent' });
    await agent.stop();
    console.log('stopped');
  `;
  const imported = await run(process.execPath, ['--input-type=module', '-e', program], {
    cwd: home,
  });
  expect(imported.stdout).toBe('stopped\n');
});

test('the packed agent has types that need nothing else', async () => {
  writeFileSync(
    join(home, 'app.mts'),
    `import { type Agent, start } from '@everflame/agent';
     const agent: Agent | undefined = start({ group: 'shop', samplingIntervalMs: 50 });
     await agent?.stop();
     // @ts-expect-error: there is no such option
     start({ grope: 'shop' });`,
  );
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
  ];
  const tsc = resolve('node_modules/typescript/bin/tsc');
  // It exits with 1 where it complains, and says what on standard output.
  const complaints = await run(process.execPath, [tsc, ...options, 'app.mts'], { cwd: home }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  expect(complaints).toBe('');
});

test('the packed program serves its page and its API', async () => {
  const child = spawn(
    process.execPath,
    [
      'node_modules/everflame/bin/everflame.js',
      'serve',
      '--port',
      '0',
      '--data',
      'data',
      '--log',
      'warn',
    ],
    { cwd: home, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const url = await firstAddress(child);
    expect(await (await fetch(url)).text()).toContain('<title>Everflame</title>');
    expect((await fetch(`${url}/api/v1/status`)).status).toBe(200);
  } finally {
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }
});
