import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
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
