import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { pino } from 'pino';
import { createApp } from './app.ts';
import type { Needs } from './needs.ts';
import { openNeeds } from './open-needs.ts';
import type { ServerConfig } from './server-config.ts';

/** A whole server but for its socket, on a store of its own, for tests. */
export interface UnderTest {
  readonly app: Hono;
  readonly needs: Needs;
  readonly clock: { ms: number };
  readonly phase: { now: ReturnType<Needs['phase']> };
  /** Lines of the log as they were written. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

/** The clock stands still at this moment unless the test moves it. */
export const noon = Date.UTC(2026, 5, 1, 12, 2);

export async function openUnderTest(
  overrides: Partial<ServerConfig> = {},
  replaced: Partial<Needs> = {},
): Promise<UnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-server-'));
  const clock = { ms: noon };
  const phase: UnderTest['phase'] = { now: 'ready' };
  const log: string[] = [];
  const config = { ...configIn(folder, log), now: () => clock.ms, ...overrides };
  const { needs: opened, close } = await openNeeds(config, () => phase.now);
  const needs = { ...opened, ...replaced };
  return {
    app: createApp(needs),
    needs,
    clock,
    phase,
    log,
    async close() {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a test says where it does not matter. */
export const configIn = (folder: string, log: string[] = []): ServerConfig => ({
  host: '127.0.0.1',
  port: 0,
  folder,
  budgetBytes: 2 ** 30,
  decoderThreads: 1,
  log: pino({ level: 'info' }, { write: (line) => void log.push(line) }),
  version: '0.0.0-test',
});

export const foldedText = 'main;serve;parse 30\nmain;serve;render 10\nmain;idle 60\n';

export const createGroup = (app: Hono, name = 'shop') =>
  app.request('/api/v1/groups', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });

export const upload = (
  app: Hono,
  body: string | Uint8Array = foldedText,
  {
    group = 'shop',
    query = '',
    headers = {},
  }: {
    readonly group?: string;
    readonly query?: string;
    readonly headers?: Record<string, string>;
  } = {},
) => app.request(`/api/v1/groups/${group}/profiles?${query}`, { method: 'POST', body, headers });
