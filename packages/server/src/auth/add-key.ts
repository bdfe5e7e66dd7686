import { Problem } from '@everflame/model';
import type { Keys, KeyWithSecret, NewKey } from '../storage/keys.ts';

/** Makes a key, unless nobody could then make another. Throws Problem('first-key' | 'key-exists'). */
export async function addKey(keys: Keys, key: NewKey): Promise<KeyWithSecret> {
  if (key.role !== 'admin' && !(await hasAdmin(keys))) {
    throw new Problem(
      'first-key',
      `“${key.name}” would be ${key.role}, and as soon as there is a key, everybody needs one: make an administrator’s first (role admin).`,
    );
  }
  return keys.create(key);
}

export const hasAdmin = async (keys: Pick<Keys, 'list'>): Promise<boolean> =>
  (await keys.list()).some(({ role }) => role === 'admin');
