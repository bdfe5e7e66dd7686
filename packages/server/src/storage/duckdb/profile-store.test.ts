import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { keepsTheProfileStoreContract } from '../profile-store-contract.ts';
import { openProfileStore } from './open-profile-store.ts';

keepsTheProfileStoreContract(async ({ retention, now }) => {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-store-'));
  const open = () => openProfileStore({ folder, retention, now, memoryLimit: '256MB' });
  let store = await open();
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  const reopen = async () => {
    await store.close();
    store = await open();
    return store;
  };
  return { store, reopen };
});
