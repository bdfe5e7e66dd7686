// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import type { NewGroup } from './catalog.ts';
import type { OpenCatalog } from './catalog-contract.ts';

const noon = Date.UTC(2026, 5, 1, 12);
const uuid = /^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$/;

const named = (name: string, tags: NewGroup['tags'] = {}): NewGroup => ({
  ...{ name, computePlatform: 'Default', profilingEnabled: true, tags },
});

const channel = (id: string, uri = `to:${id}`) => ({
  ...{ id, uri, eventPublishers: ['AnomalyDetection'] },
});

/** What every catalogue promises of the tags, the policy and the channels of a group. */
export function keepsTheGroupPartsContract(open: OpenCatalog): void {
  changesTags(open);
  keepsPolicies(open);
  keepsChannels(open);
}

function changesTags(open: OpenCatalog): void {
  test('tags are changed in one piece, and what is refused changes nothing', async () => {
    const { catalog, reopen } = await open(noon);
    const created = await catalog.createGroup(named('shop', { a: '1' }));
    const added = await catalog.changeTags('shop', (tags) => ({ ...tags, 'é"': "o'hara" }));
    expect(added).toEqual({ ...created, tags: { a: '1', 'é"': "o'hara" } });
    const refused = catalog.changeTags('shop', () => {
      throw new RangeError('too many');
    });
    await expect(refused).rejects.toThrow(RangeError);
    await Promise.all(
      ['x', 'y', 'z'].map((key) => catalog.changeTags('shop', (tags) => ({ ...tags, [key]: '' }))),
    );
    const again = await reopen();
    const tags = { a: '1', 'é"': "o'hara", x: '', y: '', z: '' };
    expect((await again.group('shop'))?.tags).toEqual(tags);
    expect(await again.changeTags('nobody', (all) => all)).toBeUndefined();
  });
}

function keepsPolicies(open: OpenCatalog): void {
  test('a policy is changed by whoever knows its revision', async () => {
    const { catalog, reopen } = await open(noon);
    const { id } = await catalog.createGroup(named('shop'));
    expect(await catalog.policies.policy(id)).toBeUndefined();
    const conflict = { code: 'revision-conflict' };
    await expect(catalog.policies.put(id, ['a'], 'x')).rejects.toMatchObject(conflict);
    await expect(catalog.policies.remove(id, 'x')).rejects.toMatchObject({
      code: 'no-such-policy',
    });
    const first = await catalog.policies.put(id, ['a', 'b'], undefined);
    expect(first).toEqual({ revisionId: expect.stringMatching(uuid), principals: ['a', 'b'] });
    const { policies } = await reopen();
    expect(await policies.policy(id)).toEqual(first);
    await expect(policies.put(id, ['c'], undefined)).rejects.toMatchObject(conflict);
    const second = await policies.put(id, ['c'], first.revisionId);
    expect(second.revisionId).not.toBe(first.revisionId);
    await expect(policies.remove(id, first.revisionId)).rejects.toMatchObject(conflict);
    const removed = await policies.remove(id, second.revisionId);
    expect(removed.principals).toEqual([]);
    expect(await policies.policy(id)).toEqual(removed);
  });

  test('of two who put a policy at once, one is told of the other', async () => {
    const { catalog } = await open(noon);
    const { id } = await catalog.createGroup(named('shop'));
    const puts = ['a', 'b'].map((who) => catalog.policies.put(id, [who], undefined));
    const results = await Promise.allSettled(puts);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
}

function keepsChannels(open: OpenCatalog): void {
  test('a group has two channels at most, in the order in which they came', async () => {
    const { catalog, reopen } = await open(noon);
    const { id } = await catalog.createGroup(named('shop'));
    const other = await catalog.createGroup(named('other'));
    expect(await catalog.channels.channels(id)).toEqual([]);
    expect(await catalog.channels.add(id, [channel('b')])).toEqual([channel('b')]);
    const exists = { code: 'channel-exists' };
    await expect(catalog.channels.add(id, [channel('c', 'to:b')])).rejects.toMatchObject(exists);
    await expect(catalog.channels.add(id, [channel('b', 'to:c')])).rejects.toMatchObject(exists);
    const three = [channel('a'), channel('c')];
    await expect(catalog.channels.add(id, three)).rejects.toMatchObject({
      code: 'too-many-channels',
    });
    expect(await catalog.channels.add(id, [channel('a')])).toEqual([channel('b'), channel('a')]);
    expect(await catalog.channels.add(other.id, [channel('b')])).toEqual([channel('b')]);
    const { channels } = await reopen();
    expect(await channels.channels(id)).toEqual([channel('b'), channel('a')]);
    expect(await channels.remove(id, 'b')).toEqual([channel('a')]);
    await expect(channels.remove(id, 'b')).rejects.toMatchObject({ code: 'unknown-channel' });
    expect(await channels.add(id, [channel('b')])).toEqual([channel('a'), channel('b')]);
    expect(await channels.channels(other.id)).toEqual([channel('b')]);
  });

  test('what belongs to a group ends with it', async () => {
    const { catalog } = await open(noon);
    const { id } = await catalog.createGroup(named('shop'));
    await catalog.policies.put(id, ['a'], undefined);
    await catalog.channels.add(id, [channel('a')]);
    await catalog.deleteGroup('shop');
    expect(await catalog.policies.policy(id)).toBeUndefined();
    expect(await catalog.channels.channels(id)).toEqual([]);
  });

  test('who adds to a group that was just deleted is told so, and leaves nothing behind', async () => {
    const { catalog } = await open(noon);
    const { id } = await catalog.createGroup(named('shop'));
    const { revisionId } = await catalog.policies.put(id, ['a'], undefined);
    await catalog.deleteGroup('shop');
    const gone = { code: 'unknown-group' };
    await expect(catalog.policies.put(id, ['b'], undefined)).rejects.toMatchObject(gone);
    await expect(catalog.policies.put(id, ['b'], revisionId)).rejects.toMatchObject({
      code: 'revision-conflict',
    });
    await expect(catalog.channels.add(id, [channel('a')])).rejects.toMatchObject(gone);
    const anomaly = { reason: 'slow', frame: 'f', states: ['RUNNABLE'] as const };
    const instances = [{ id: '1', fromMs: noon }];
    await expect(catalog.findings.putAnomaly(id, { ...anomaly, instances })).rejects.toMatchObject(
      gone,
    );
    expect(await catalog.policies.policy(id)).toBeUndefined();
    expect(await catalog.channels.channels(id)).toEqual([]);
    expect(await catalog.findings.anomalies(id, { fromMs: 0, toMs: noon + 1 })).toEqual([]);
  });
}
