import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { weightsOf } from '../contract/profile-store-twin.ts';
import { preparedProfile, uploadOf } from '../prepared-profile-fixture.ts';
import { openProfileStore } from './open-profile-store.ts';

const kills = 6;
const program = fileURLToPath(new URL('append-until-killed.ts', import.meta.url));
const midnight = Date.UTC(2026, 5, 1);

test('what was acknowledged is there, once, however often the process is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-kill-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  let next = 0;
  const acknowledged = new Set<number>();
  for (let kill = 0; kill < kills; kill++) {
    const arguments_ = ['--import', 'tsx', program, folder, `${next}`, `${midnight}`];
    const child = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = once(child, 'exit');
    const batches = await killedAtRandom(child, kill % 2 === 0 ? 'open' : 'maintains');
    await gone;
    for (const batch of batches) acknowledged.add(batch);
    // The batch under way may or may not have been stored: it is sent again, as a client would.
    next = Math.max(-1, ...acknowledged) + 1;
  }
  expect(acknowledged.size).toBeGreaterThan(kills);

  const store = await openProfileStore({ folder, now: () => midnight });
  onTestFinished(() => store.close());
  const range = { fromMs: midnight, toMs: midnight + 30 * 86_400_000 };
  const stored = weightsOf((await store.tree({ group: 1, measure: 'cpu', ...range })).tree);
  const batches = new Set(Object.keys(stored).map((path) => Number(/batch(\d+)/.exec(path)?.[1])));
  for (const batch of acknowledged) expect(batches).toContain(batch);
  for (const batch of batches) {
    expect(stored[`main;batch${batch};a`]).toBe(1);
    expect(stored[`main;batch${batch};b`]).toBe(1);
  }
  const [batch = 0] = acknowledged;
  const again = uploadOf(preparedProfile({ stacks: 'main 1' }), {
    startMs: midnight,
    token: `${batch}a`,
  });
  expect(await store.append([again])).toEqual(['duplicate']);
});

/**
 * Kills it without warning, a while after it is open, or while it closes buckets and rolls them up. Answers the
 * batches that it acknowledged.
 */
async function killedAtRandom(
  child: ChildProcess,
  when: 'open' | 'maintains',
): Promise<readonly number[]> {
  const batches: number[] = [];
  if (!child.stdout) throw new Error('The child has no output.');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    if (line === when) {
      const ms = when === 'open' ? 100 + Math.random() * 700 : Math.random() * 30;
      void wait(ms).then(() => child.kill('SIGKILL'));
    }
    if (/^\d+$/.test(line)) batches.push(Number(line));
  }
  return batches;
}
