// For tests: the agent as it is published, in real processes.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The bundle, below node_modules so that it finds its sampler as it would when installed. */
export interface BuiltAgent {
  readonly folder: string;
  readonly start: string;
  readonly index: string;
  readonly remove: () => void;
}

export function buildAgent(): BuiltAgent {
  mkdirSync('node_modules/.cache', { recursive: true });
  const folder = mkdtempSync(resolve('node_modules/.cache/everflame-agent-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const entry of ['start', 'index']) {
    const vite = resolve('node_modules/vite/bin/vite.js');
    const options = ['--ssr', `packages/agent/src/${entry}.ts`, '--outDir', folder];
    execFileSync(process.execPath, [
      vite,
      'build',
      ...options,
      '--emptyOutDir',
      'false',
      '-l',
      'error',
    ]);
  }
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { folder, start: join(folder, 'start.js'), index: join(folder, 'index.js'), remove };
}

export interface Ended {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Runs Node with nothing of Everflame's in its environment but what is given. */
export function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Running {
  const startedMs = Date.now();
  // biome-ignore lint/style/noProcessEnv: a child process needs PATH and the like
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(EVERFLAME_|NODE_|VITEST)/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), ...environment };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (texts.stdout += chunk));
  child.stderr.on('data', (chunk) => (texts.stderr += chunk));
  const ended = new Promise<Ended>((settle) => {
    child.on('close', (code, signal) =>
      settle({
        code: code ?? undefined,
        signal: signal ?? undefined,
        ...texts,
        ms: Date.now() - startedMs,
      }),
    );
  });
  return { child, ended };
}
