import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCatalog } from './duckdb/open-catalog.ts';
import { Seal } from './seal.ts';

let folder: string;
const open = () => openCatalog({ folder, now: () => 1000 });
const keyFile = () => join(folder, 'secrets.key');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everflame-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function withOneKey() {
  const catalog = await open();
  const made = await catalog.keys.create({ name: 'ci', role: 'admin' });
  await catalog.close();
  return made;
}

test('a folder without keys has no key file', async () => {
  await (await open()).close();
  await expect(stat(keyFile())).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a folder that is made lets nobody in but the user of the server', async () => {
  const made = join(folder, 'new', 'data');
  await (await openCatalog({ folder: made, now: () => 1000 })).close();
  expect((await stat(made)).mode & 0o777).toBe(0o700);
});

test('secrets lie sealed in the database, under a key that only the user of the server may read', async () => {
  const { secret } = await withOneKey();
  expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
  for (const file of ['catalog.duckdb', 'secrets.key']) {
    expect((await readFile(join(folder, file))).includes(secret)).toBe(false);
  }
});

test('without its key file, or with another, a folder with keys is not opened', async () => {
  const { key, secret } = await withOneKey();
  const kept = join(folder, 'kept');
  await rename(keyFile(), kept);
  const refused = async (sentence: RegExp) => {
    const opened = open();
    await expect(opened).rejects.toMatchObject({ code: 'folder-corrupt' });
    await expect(opened).rejects.toThrow(sentence);
  };
  await refused(/secrets\.key is missing/);
  await writeFile(keyFile(), 'half');
  await refused(/secrets\.key is damaged/);
  await writeFile(keyFile(), `${'0'.repeat(64)}\n`);
  await refused(/not the one that its access keys were sealed with/);
  await rename(kept, keyFile());
  const catalog = await open();
  expect(catalog.keys.find(key.id)?.secret).toBe(secret);
  await catalog.close();
});

test('keys that cannot be read any more can be given up', async () => {
  await withOneKey();
  await writeFile(keyFile(), 'half');
  const catalog = await openCatalog({ folder, now: () => 1000, forgetKeys: true });
  expect(catalog.keys.any()).toBe(false);
  const { key, secret } = await catalog.keys.create({ name: 'ci', role: 'admin' });
  await catalog.close();
  const again = await open();
  expect(again.keys.find(key.id)?.secret).toBe(secret);
  await again.close();
});

test('a sealed secret opens for its own key alone', async () => {
  const seal = new Seal(folder);
  const sealed = await seal.seal('secret', 'one');
  expect(await seal.open(sealed, 'one')).toBe('secret');
  expect(await seal.seal('secret', 'one')).not.toBe(sealed);
  await expect(seal.open(sealed, 'other')).rejects.toMatchObject({ code: 'folder-corrupt' });
  for (const broken of ['', 'AAAA', sealed.slice(0, -4), `A${sealed.slice(1)}`]) {
    if (broken === sealed) continue;
    await expect(seal.open(broken, 'one')).rejects.toMatchObject({ code: 'folder-corrupt' });
  }
});
