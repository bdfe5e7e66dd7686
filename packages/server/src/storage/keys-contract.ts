// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import type { OpenCatalog } from './catalog-contract.ts';

const noon = Date.UTC(2026, 5, 1, 12);

/** What every catalogue promises of access keys. */
export function keepsTheKeysContract(open: OpenCatalog): void {
  test('a key is found by its id and by its secret, also after reopening', async () => {
    const { catalog, reopen } = await open(noon);
    expect(catalog.keys.any()).toBe(false);
    const made = await catalog.keys.create({ name: 'ci', role: 'agent', groups: ['shop', 'pay*'] });
    expect(made.key).toEqual({
      ...{ id: made.key.id, name: 'ci', role: 'agent', groups: ['shop', 'pay*'], createdMs: noon },
    });
    expect(made.key.id).toMatch(/^EF[A-Z2-7]{18}$/);
    expect(made.secret).toMatch(/^[A-Za-z0-9]{40}$/);
    for (const { keys } of [catalog, await reopen()]) {
      expect(keys.any()).toBe(true);
      expect(keys.find(made.key.id)).toEqual(made);
      expect(keys.findBySecret(made.secret)).toEqual(made.key);
      expect(keys.find('EF')).toBeUndefined();
      expect(keys.findBySecret(made.secret.toLowerCase())).toBeUndefined();
    }
  });

  test('keys are listed by name, without what they keep secret', async () => {
    const { catalog } = await open(noon);
    const { secret } = await catalog.keys.create({ name: 'b', role: 'viewer' });
    await catalog.keys.create({ name: 'a', role: 'admin' });
    const listed = await catalog.keys.list();
    expect(listed.map(({ name, role, groups }) => [name, role, groups])).toEqual([
      ['a', 'admin', undefined],
      ['b', 'viewer', undefined],
    ]);
    expect(JSON.stringify(listed)).not.toContain(secret);
  });

  test('a name is taken once, and is free again when its key is revoked', async () => {
    const { catalog, reopen } = await open(noon);
    const { key, secret } = await catalog.keys.create({ name: 'ci', role: 'agent' });
    const again = catalog.keys.create({ name: 'ci', role: 'admin' });
    await expect(again).rejects.toMatchObject({ code: 'key-exists' });
    await catalog.keys.revoke(key.id);
    await expect(catalog.keys.revoke(key.id)).rejects.toMatchObject({ code: 'unknown-key' });
    for (const { keys } of [catalog, await reopen()]) {
      expect(keys.any()).toBe(false);
      expect(keys.find(key.id)).toBeUndefined();
      expect(keys.findBySecret(secret)).toBeUndefined();
    }
  });

  test('when a key was last used is seen at once, and kept', async () => {
    const { catalog, reopen } = await open(noon);
    const { key } = await catalog.keys.create({ name: 'ci', role: 'agent' });
    for (const ms of [5, 30, 20]) catalog.keys.noteUsed(key.id, noon + ms);
    catalog.keys.noteUsed('nobody', noon);
    for (const { keys } of [catalog, await reopen()]) {
      expect((await keys.list()).map(({ lastUsedMs }) => lastUsedMs)).toEqual([noon + 30]);
    }
  });
}
