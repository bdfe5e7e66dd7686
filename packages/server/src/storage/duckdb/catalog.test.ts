import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepsTheCatalogContract } from '../catalog-contract.ts';
import { openCatalog } from './open-catalog.ts';

keepsTheCatalogContract(async (nowMs) => {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-catalog-'));
  const open = () => openCatalog({ folder, now: () => nowMs });
  let catalog = await open();
  onTestFinished(async () => {
    await catalog.close();
    await rm(folder, { recursive: true });
  });
  const reopen = async () => {
    await catalog.close();
    catalog = await open();
    return catalog;
  };
  return { catalog, reopen };
});

test('a catalogue that has all the groups it may have takes one more when one is gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-catalog-'));
  const catalog = await openCatalog({ folder, now: () => 0, maxGroups: 2 });
  onTestFinished(async () => {
    await catalog.close();
    await rm(folder, { recursive: true });
  });
  const create = (name: string) =>
    catalog.createGroup({ name, computePlatform: 'Default', profilingEnabled: true, tags: {} });
  await create('a');
  await create('b');
  await expect(create('c')).rejects.toMatchObject({ code: 'too-many-groups' });
  await catalog.deleteGroup('a');
  expect((await create('c')).name).toBe('c');
});
