import { NewAccessKey } from '@everflame/api';
import { Problem } from '@everflame/model';
import { addKey } from './auth/add-key.ts';
import { openCatalog } from './storage/duckdb/open-catalog.ts';
import type { AccessKey, KeyWithSecret, NewKey } from './storage/keys.ts';

/** Access keys, of a data folder whose server is stopped or of a server that runs. */
export interface KeyPlace {
  /** Throws Problem('invalid-parameter' | 'first-key' | 'key-exists'). */
  add(key: NewKey): Promise<KeyWithSecret>;
  list(): Promise<readonly AccessKey[]>;
  /** Throws Problem('unknown-key'). */
  revoke(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Revokes all keys of a data folder whose server is stopped, also those whose secrets cannot be read any more. */
export async function forgetKeys(folder: string): Promise<void> {
  const catalog = await openCatalog({ folder, now: Date.now, forgetKeys: true });
  await catalog.close();
}

/** Throws Problem('folder-in-use') where its server runs, and those of opening a data folder. */
export async function openKeys(folder: string): Promise<KeyPlace> {
  const catalog = await openCatalog({ folder, now: Date.now });
  const { keys } = catalog;
  return {
    add: async (key) => addKey(keys, checked(key)),
    list: () => keys.list(),
    revoke: (id) => keys.revoke(id),
    close: () => catalog.close(),
  };
}

function checked(key: NewKey): NewKey {
  const { success, data, error } = NewAccessKey.safeParse(key);
  if (success) return data;
  throw new Problem('invalid-parameter', error.issues[0]?.message);
}
