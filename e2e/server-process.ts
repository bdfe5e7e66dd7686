import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The built program in a process of its own, as a user runs it. */
export interface ServerProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** SIGTERM, and waits for the end; answers the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, as power failures and out-of-memory killers do. */
  kill(): Promise<void>;
}

export async function startServerProcess(
  folder: string,
  extra: readonly string[] = [],
): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    [
      'packages/cli/bin/everflame.js',
      'serve',
      '--port',
      '0',
      '--data',
      folder,
      '--log',
      'warn',
      ...extra,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const url = await Promise.race([
    firstAddress(child),
    exited.then(([code]) => {
      throw new Error(`the server ended with ${code} before it listened`);
    }),
  ]);
  return {
    url,
    process: child,
    stop: async () => {
      child.kill('SIGTERM');
      return (await exited)[0] as number | null;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Where a program says that it listens, on its standard output. */
export async function firstAddress(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const url = /listens on (http:\S+)/.exec(line)?.[1];
    if (url) return url;
  }
  throw new Error('the server closed its output before it said where it listens');
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'everflame-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Asks until there is an answer that pleases; a test waits for what it needs, never for a clock. */
export async function eventually<T>(
  ask: () => Promise<T | undefined>,
  { withinMs = 100_000, everyMs = 250 } = {},
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`nothing came within ${withinMs} ms`);
    await new Promise((wake) => setTimeout(wake, everyMs));
  }
}
