import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'everflame-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = 'packages/cli/bin/everflame.js';

/** The built program, to its end. */
const everflame = (...args: readonly string[]) => toItsEnd(process.execPath, [program, ...args]);

async function toItsEnd(command: string, args: readonly string[]) {
  const child = spawn(command, args);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { out, err, code: code as number | null };
}

test('help names every command, and of a command every flag', async () => {
  const help = await everflame('--help');
  expect(help).toMatchObject({ err: '', code: 0 });
  expect(help.out).toContain('everflame serve');
  const serve = await everflame('serve', '--help');
  expect(serve.code).toBe(0);
  for (const flag of [
    '--port',
    '--host',
    '--data',
    '--budget',
    '--memory',
    '--profile-self',
    '--log',
  ]) {
    expect(serve.out).toContain(flag);
  }
});

test('the version is the package’s', async () => {
  const { out } = await everflame('--version');
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('a mistake is one sentence on standard error, and exit code 1', () => {
  test.each([
    [['fly'], /no command “fly”.*serve/],
    [['serve', '--prot', '1'], /Unknown option '--prot'\. Try: everflame serve --help/],
    [['serve', '--port', '70000'], /--port takes a whole number from 0 to 65535, not “70000”/],
    [['serve', '--port', 'http'], /not “http”/],
    [['serve', '--budget', '5'], /--budget takes a size of at least 64MB.*not “5”/],
    [['serve', '--memory', '-5'], /--memory takes a size of at least 64MB.*not “-5”/],
    [
      ['serve', '--memory', '--log', 'info'],
      /--memory takes a value\. Try: everflame serve --help/,
    ],
    [['serve', '--data'], /--data takes a value\. Try: everflame serve --help/],
    [['serve', 'here'], /Unexpected argument 'here'\..*[^.]\. Try: everflame serve --help/],
    [['serve', '--port', '0', '--data', '/proc/x'], /\/proc\/x cannot be written/],
    [['serve', '--log', 'loud'], /--log takes debug, info, warn, error, silent, not “loud”/],
    [
      ['serve', '--port', '0', '--host', '0.0.0.0', '--data', join(folder, 'open')],
      /“0\.0\.0\.0” can be reached from other machines/,
    ],
  ])('%j', async (args, sentence) => {
    const { out, err, code } = await everflame(...args);
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err).toMatch(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { err, code } = await everflame(
      'serve',
      '--port',
      String(port),
      '--data',
      join(folder, 'taken'),
    );
    other.close();
    expect(code).toBe(1);
    expect(err).toContain(`everflame: `);
    expect(err).toContain(String(port));
    expect(err).toContain('--port takes another one');
    expect(existsSync(join(folder, 'taken'))).toBe(false);
  });

  test('a data folder that may not be written', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o500 });
    const serve = [program, 'serve', '--port', '0', '--data', closed, '--log', 'silent'];
    // Root may write anywhere, unless that capability is taken away from it.
    const { err, code } =
      process.getuid?.() === 0
        ? await toItsEnd('setpriv', ['--bounding-set=-dac_override', process.execPath, ...serve])
        : await toItsEnd(process.execPath, serve);
    expect(code).toBe(1);
    expect(err).toMatch(/^everflame: .*closed/);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('a data folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { err, code } = await everflame(
      'serve',
      '--port',
      '0',
      '--data',
      file,
      '--log',
      'silent',
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^everflame: .*file/);
  });
});
