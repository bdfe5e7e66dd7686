import { expect, test } from 'vitest';
import type { Group } from './catalog.ts';
import { KnownGroups } from './known-groups.ts';

const group = (id: number, changes: Partial<Group> = {}): Group => ({
  id,
  name: `g${id}`,
  computePlatform: 'Default',
  profilingEnabled: true,
  tags: {},
  createdMs: 1,
  updatedMs: 1,
  ...changes,
});

test('what was read is known until it changes', async () => {
  const known = new KnownGroups();
  await known.read(() => Promise.resolve(group(1)));
  expect(known.get('g1')).toEqual(group(1));
  await known.change('g1', () => Promise.resolve());
  expect(known.get('g1')).toBeUndefined();
});

test('a group is not kept where groups changed while it was read, nor one that is not there', async () => {
  const known = new KnownGroups();
  await known.read(async () => {
    await known.change('g1', () => Promise.resolve());
    return group(1);
  });
  await known.read(() => Promise.resolve(undefined));
  expect(known.get('g1')).toBeUndefined();
});

test('a change that fails is forgotten as well', async () => {
  const known = new KnownGroups();
  await known.read(() => Promise.resolve(group(1)));
  await expect(known.change('g1', () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(known.get('g1')).toBeUndefined();
});

test('activity is the newest that was noted', async () => {
  const known = new KnownGroups();
  await known.read(() => Promise.resolve(group(1, { profileReportedMs: 5 })));
  known.noteActivity(1, { profileReportedMs: 3, agentOrchestratedMs: 7 });
  known.noteActivity(2, { profileReportedMs: 9 });
  expect(known.get('g1')).toMatchObject({ profileReportedMs: 5, agentOrchestratedMs: 7 });
});

test('the oldest go where there are very many', async () => {
  const known = new KnownGroups();
  for (let id = 0; id <= 10_000; id++) await known.read(() => Promise.resolve(group(id)));
  expect(known.get('g0')).toBeUndefined();
  expect(known.get('g10000')?.id).toBe(10_000);
});
