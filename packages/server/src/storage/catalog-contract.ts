// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import type { Catalog, NewGroup } from './catalog.ts';
import { keepsTheFindingsContract } from './findings-contract.ts';
import { keepsTheFleetContract } from './fleet-contract.ts';
import { keepsTheGroupPartsContract } from './group-parts-contract.ts';
import { keepsTheKeysContract } from './keys-contract.ts';

interface CatalogUnderTest {
  readonly catalog: Catalog;
  /** Closes the catalogue and opens what it left. */
  reopen(): Promise<Catalog>;
}

/** Opens an empty catalogue whose clock stands still, and sees to it that it is gone after the test. */
export type OpenCatalog = (nowMs: number) => Promise<CatalogUnderTest>;

const noon = Date.UTC(2026, 5, 1, 12);

const named = (name: string, more: Partial<NewGroup> = {}): NewGroup => ({
  name,
  computePlatform: 'Default',
  profilingEnabled: true,
  tags: {},
  ...more,
});

/** What every catalogue promises. Each engine's test file calls this with its own `open`. */
export function keepsTheCatalogContract(open: OpenCatalog): void {
  createsGroups(open);
  changesGroups(open);
  notesActivity(open);
  keepsTheFleetContract(open);
  keepsTheGroupPartsContract(open);
  keepsTheFindingsContract(open);
  keepsTheKeysContract(open);
}

function createsGroups(open: OpenCatalog): void {
  test('a group is found by its name as it was created, also after reopening', async () => {
    const { catalog, reopen } = await open(noon);
    const group = named('shop', {
      computePlatform: 'AWSLambda',
      tags: { team: "o'hara", é: '"1"' },
    });
    const created = await catalog.createGroup(group);
    expect(created).toMatchObject({ ...group, createdMs: noon, updatedMs: noon });
    expect(await catalog.group('shop')).toEqual(created);
    expect(await catalog.group('Shop')).toBeUndefined();
    expect(await (await reopen()).group('shop')).toEqual(created);
  });

  test('a name is taken once, and a repeated request with its token answers the same group', async () => {
    const { catalog } = await open(noon);
    const request = named('shop', { clientToken: 'once', tags: { a: '1', b: '2' } });
    const created = await catalog.createGroup(request);
    expect(await catalog.createGroup({ ...request, tags: { b: '2', a: '1' } })).toEqual(created);
    const refused = [
      named('shop'),
      named('shop', { clientToken: 'another', tags: request.tags }),
      { ...request, profilingEnabled: false },
    ];
    for (const other of refused) {
      await expect(catalog.createGroup(other)).rejects.toMatchObject({ code: 'group-exists' });
    }
  });

  test('of requests for one name at the same time, one creates it', async () => {
    const { catalog } = await open(noon);
    const requests = Array.from({ length: 5 }, () => catalog.createGroup(named('shop')));
    const answers = await Promise.allSettled(requests);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('groups come by name, page after page', async () => {
    const { catalog } = await open(noon);
    for (const name of ['c', 'a', 'B_x', 'e', 'd-X']) await catalog.createGroup(named(name));
    const names = async (page: Parameters<Catalog['groups']>[0]) => {
      const { groups, next } = await catalog.groups(page);
      return [groups.map(({ name }) => name), next];
    };
    expect(await names({ limit: 2 })).toEqual([['B_x', 'a'], 'a']);
    expect(await names({ limit: 2, after: 'a' })).toEqual([['c', 'd-X'], 'd-X']);
    expect(await names({ limit: 2, after: 'd-X' })).toEqual([['e'], undefined]);
    expect(await names({ limit: 5, matching: 'x' })).toEqual([['B_x', 'd-X'], undefined]);
    expect(await names({ limit: 5, matching: '%' })).toEqual([[], undefined]);
    expect(await names({ limit: 2, within: ['a', 'd*', 'e'] })).toEqual([['a', 'd-X'], 'd-X']);
    expect(await names({ limit: 1, after: 'd-X', within: ['a', 'd*', 'e'] })).toEqual([
      ['e'],
      undefined,
    ]);
    expect(await names({ limit: 5, within: ['B*', '%', '_'] })).toEqual([['B_x'], undefined]);
    expect((await names({ limit: 9, within: ['*'] }))[0]).toHaveLength(5);
    expect(await names({ limit: 5, within: [] })).toEqual([[], undefined]);
  });
}

function changesGroups(open: OpenCatalog): void {
  test('profiling can be switched off and on', async () => {
    const { catalog, reopen } = await open(noon);
    await catalog.createGroup(named('shop'));
    const updated = await catalog.updateGroup('shop', { profilingEnabled: false });
    expect(updated).toMatchObject({ name: 'shop', profilingEnabled: false });
    const again = await reopen();
    expect(await again.group('shop')).toEqual(updated);
    expect(await again.updateGroup('none', { profilingEnabled: true })).toBeUndefined();
  });

  test('a group created under the name of a deleted one has another id', async () => {
    const { catalog, reopen } = await open(noon);
    const { id } = await catalog.createGroup(named('shop', { clientToken: 'once' }));
    catalog.noteAgentSeen(id, noon);
    expect(await catalog.deleteGroup('shop')).toBe(id);
    expect(await catalog.deleteGroup('shop')).toBeUndefined();
    expect(await catalog.group('shop')).toBeUndefined();
    const again = await reopen();
    const anew = await again.createGroup(named('shop', { clientToken: 'once' }));
    expect(anew.id).not.toBe(id);
    expect(anew.agentOrchestratedMs).toBeUndefined();
  });
}

function notesActivity(open: OpenCatalog): void {
  test('the newest activity is seen at once, and kept', async () => {
    const { catalog, reopen } = await open(noon);
    const { id } = await catalog.createGroup(named('shop'));
    for (const ms of [5, 30, 20]) catalog.noteAgentSeen(id, noon + ms);
    const seen = { agentOrchestratedMs: noon + 30 };
    expect(await catalog.group('shop')).toMatchObject({ ...seen, profileReportedMs: undefined });
    const again = await reopen();
    expect(await again.group('shop')).toMatchObject({ ...seen, profileReportedMs: undefined });
    again.noteAgentSeen(id, noon + 10);
    again.noteProfileReported(id, noon + 40);
    const { groups } = await (await reopen()).groups({ limit: 10 });
    expect(groups).toMatchObject([{ ...seen, profileReportedMs: noon + 40 }]);
  });

  test('activity of many groups is kept', async () => {
    const { catalog, reopen } = await open(noon);
    const ids: number[] = [];
    for (let index = 0; index < 120; index++) {
      ids.push((await catalog.createGroup(named(`g${String(index).padStart(3, '0')}`))).id);
    }
    for (const [index, id] of ids.entries()) catalog.noteProfileReported(id, noon + index);
    const again = await reopen();
    const { groups } = await again.groups({ limit: 1000 });
    expect(groups.map(({ profileReportedMs = 0 }) => profileReportedMs - noon)).toEqual([
      ...ids.keys(),
    ]);
  });

  test('activity of a group that is gone is nobody’s', async () => {
    const { catalog, reopen } = await open(noon);
    const { id } = await catalog.createGroup(named('shop'));
    await catalog.deleteGroup('shop');
    catalog.noteProfileReported(id, noon);
    const again = await reopen();
    expect((await again.groups({ limit: 10 })).groups).toEqual([]);
  });
}
