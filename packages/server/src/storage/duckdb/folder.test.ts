import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, onTestFinished, test } from 'vitest';
import { preparedProfile, uploadOf } from '../prepared-profile-fixture.ts';
import { openCatalog } from './open-catalog.ts';
import { openProfileStore } from './open-profile-store.ts';

const noon = Date.UTC(2026, 5, 1, 12);
const now = () => noon;
const cpu = { group: 1, measure: 'cpu', fromMs: noon, toMs: noon + 300_000 };

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-folder-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A folder that held a store. */
async function usedFolder(): Promise<string> {
  const folder = await emptyFolder();
  const store = await openProfileStore({ folder, now });
  const stacks = Array.from({ length: 5000 }, (_, index) => `main;f${index} 1`).join('\n');
  await store.append([uploadOf(preparedProfile({ stacks }), { startMs: noon })]);
  await store.close();
  return folder;
}

const problemWith = (code: string) => expect.objectContaining({ name: 'Problem', code });

test('a folder written by a newer version is refused, and both versions are named', async () => {
  const folder = await usedFolder();
  const instance = await DuckDBInstance.create(join(folder, 'profiles.duckdb'));
  const connection = await instance.connect();
  await connection.run('INSERT INTO schema VALUES (99)');
  connection.closeSync();
  instance.closeSync();
  const opening = openProfileStore({ folder, now });
  await expect(opening).rejects.toEqual(problemWith('newer-schema'));
  await expect(opening).rejects.toThrow(/99.*2/);
});

test('a folder is made with its parents, and one that cannot be made is a problem', async () => {
  const folder = join(await emptyFolder(), 'a', 'b');
  await (await openCatalog({ folder, now })).close();
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const none of ['/proc/everflame', '/proc/everflame/data', file, join(file, 'data')]) {
    await expect(openCatalog({ folder: none, now })).rejects.toEqual(
      problemWith('folder-not-writable'),
    );
  }
});

test('a folder that this process has open is refused', async () => {
  const folder = await emptyFolder();
  const catalog = await openCatalog({ folder, now });
  await expect(openCatalog({ folder, now })).rejects.toEqual(problemWith('folder-in-use'));
  await catalog.close();
  await (await openCatalog({ folder, now })).close();
});

test('a folder that another process has open is refused', async () => {
  const folder = await emptyFolder();
  const program = fileURLToPath(new URL('append-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder, '0', `${noon}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  await once(child.stdout, 'data');
  const opening = openProfileStore({ folder, now });
  await expect(opening).rejects.toEqual(problemWith('folder-in-use'));
  await expect(opening).rejects.toThrow(`the data folder ${folder} open; --data`);
  child.kill('SIGKILL');
  await gone;
  await (await openProfileStore({ folder, now })).close();
});

test('a folder that cannot be written is refused', async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, 'file'), '');
  const notFolder = openProfileStore({ folder: join(folder, 'file'), now });
  await expect(notFolder).rejects.toEqual(problemWith('folder-not-writable'));
  // Root may write anywhere; with that capability taken away, it is tried through the whole program.
  if (process.getuid?.() === 0) return;
  await chmod(folder, 0o500);
  await expect(openProfileStore({ folder, now })).rejects.toEqual(
    problemWith('folder-not-writable'),
  );
  await chmod(folder, 0o700);
});

test('a file that is no store of ours is refused, and left as it is', async () => {
  const folder = await emptyFolder();
  const path = join(folder, 'profiles.duckdb');
  const content = 'To whom it may concern. '.repeat(1000);
  await writeFile(path, content);
  await expect(openProfileStore({ folder, now })).rejects.toEqual(problemWith('folder-corrupt'));
  expect(await readFile(path, 'utf8')).toBe(content);
});

test('a truncated file is refused when it is opened or read, never answered from', async () => {
  for (const bytes of [1, 4096, 13_000, 300_000]) {
    const folder = await usedFolder();
    await truncate(join(folder, 'profiles.duckdb'), bytes);
    const reading = openProfileStore({ folder, now }).then(async (store) => {
      onTestFinished(() => store.close());
      return store.tree(cpu);
    });
    await expect(reading, `${bytes} bytes`).rejects.toEqual(problemWith('folder-corrupt'));
  }
});

test('changed bytes are noticed where they matter, and never answered from', async () => {
  let refused = 0;
  for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    const folder = await usedFolder();
    const path = join(folder, 'profiles.duckdb');
    const bytes = await readFile(path);
    bytes.fill(0x5a, Math.floor(bytes.length * share), Math.floor(bytes.length * share) + 16);
    await writeFile(path, bytes);
    const using = openProfileStore({ folder, now }).then(async (store) => {
      onTestFinished(() => store.close());
      await store.append([uploadOf(preparedProfile({ stacks: 'main 1' }), { startMs: noon })]);
      await store.maintain(noon + 3 * 86_400_000);
      return store.tree(cpu);
    });
    const outcome = await using.then(
      ({ tree }) => tree.length,
      (cause: unknown) => cause,
    );
    // 5,000 functions and main: what was changed lay in no one's way.
    if (outcome === 5002) continue;
    expect(outcome, `at ${share}`).toEqual(problemWith('folder-corrupt'));
    refused++;
  }
  expect(refused).toBeGreaterThan(0);
});

test('of a log that breaks off, what is whole is kept', async () => {
  const folder = await emptyFolder();
  const copy = await emptyFolder();
  const store = await openProfileStore({ folder, now });
  for (let index = 0; index < 5; index++) {
    await store.append([uploadOf(preparedProfile({ stacks: 'main 1' }), { startMs: noon })]);
  }
  const log = await readFile(join(folder, 'profiles.duckdb.wal'));
  await copyFile(join(folder, 'profiles.duckdb'), join(copy, 'profiles.duckdb'));
  await store.close();
  await writeFile(join(copy, 'profiles.duckdb.wal'), log.subarray(0, log.length - 100));
  const again = await openProfileStore({ folder: copy, now });
  expect((await again.tree(cpu)).profiles).toBe(4);
  await again.append([uploadOf(preparedProfile({ stacks: 'main 1' }), { startMs: noon })]);
  expect((await again.tree(cpu)).profiles).toBe(5);
  await again.close();
});

test.each([
  ['while its log grows', 10],
  ['when its log is folded into the file', 35],
])(
  'a disk that is full %s refuses an append, stores nothing of it, and takes it when there is room',
  async (_when, megabytes) => {
    const folder = await emptyFolder();
    if (!hasDisk(folder, megabytes)) {
      console.log('No tmpfs could be mounted: a full disk was not tested.');
      return;
    }
    onTestFinished(() => run('umount', '-l', folder));
    const store = await openProfileStore({ folder, now });
    const large = (batch: number) => {
      const stacks = Array.from({ length: 20_000 }, (_, index) => `main;f${index} ${1 + batch}`);
      const profile = preparedProfile({ stacks: stacks.join('\n') });
      return uploadOf(profile, { startMs: noon, token: `${batch}` });
    };
    let stored = 0;
    let refusal: unknown;
    while (stored < 100 && refusal === undefined) {
      await store.append([large(stored)]).then(
        () => stored++,
        (cause: unknown) => {
          refusal = cause;
        },
      );
    }
    expect(refusal).toEqual(problemWith('storage-full'));
    await expect(store.append([large(stored)])).rejects.toEqual(problemWith('storage-full'));
    expect((await store.tree(cpu)).profiles).toBe(stored);
    run('mount', '-o', `remount,size=${megabytes * 3}m`, folder);
    expect(await store.append([large(stored)])).toEqual(['stored']);
    expect((await store.tree(cpu)).profiles).toBe(stored + 1);
    await store.close();
    const again = await openProfileStore({ folder, now });
    expect((await again.tree(cpu)).profiles).toBe(stored + 1);
    await again.close();
  },
);

/** A disk of that size in the folder's place. Only root may do so. */
function hasDisk(folder: string, megabytes: number): boolean {
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);
    return true;
  } catch {
    return false;
  }
}

function run(program: string, ...parameters: readonly string[]): void {
  execFileSync(program, parameters, { stdio: 'ignore' });
}
