import { draw, knownMeasures } from '@everflame/model';
// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import { preparedProfile, uploadOf } from '../prepared-profile-fixture.ts';
import type { FrameSeries } from '../profile-store.ts';
import {
  cpu,
  day,
  drawn,
  hour,
  midnight,
  minutes5,
  noon,
  type Opened,
  wholeDay,
} from './open-store.ts';

/** Hours after noon, then a line for each frame. */
const drawnSeries = ({ t, frames }: FrameSeries): readonly string[] => [
  `t ${t.map((ms) => `${(ms - noon) / hour}h`).join(' ')}`,
  ...frames.map(({ name, self, total, whole }) => {
    const [own, all, of] = [self, total, whole].map((column) => column.join(' '));
    return `${name} self ${own} total ${all} of ${of}`;
  }),
];

export function readsSeries(opened: Opened): void {
  test('the same series come from hot rows and from every tier', async () => {
    const { store } = await opened();
    const profile = preparedProfile(
      { stacks: 'main;walk;walk 3\nmain;walk 1', state: 'RUNNABLE' },
      { stacks: 'main;lock 4', state: 'BLOCKED' },
    );
    await store.append([
      uploadOf(profile, { startMs: noon }),
      uploadOf(profile, { startMs: noon + minutes5 }),
      uploadOf(profile, { startMs: noon + 3 * hour }),
    ]);
    const answers = async () => ({
      hours: await store.timeline({ ...cpu, tier: 'PT1H' }),
      blocked: await store.timeline({ ...cpu, tier: 'P1D', states: ['BLOCKED'] }),
      starts: await store.bucketStarts(1, {
        ...wholeDay,
        tier: 'PT5M',
        order: 'descending',
        limit: 2,
      }),
      walk: drawnSeries(
        await store.frameSeries({
          ...{ ...cpu, tier: 'PT1H' },
          frames: [
            { name: 'walk' },
            { name: 'nothing' },
            { name: 'main', states: ['BLOCKED'] },
            { name: 'main' },
          ],
        }),
      ),
      heaviest: await store.heaviestFrames({ ...cpu, limit: 3 }),
      blockedFrames: await store.heaviestFrames({ ...cpu, states: ['BLOCKED'], limit: 9 }),
      measures: await store.measures(1, wholeDay),
    });
    const expected = {
      hours: [
        { t: noon, state: 'RUNNABLE', total: 8, count: 4, profiles: 2 },
        { t: noon, state: 'BLOCKED', total: 8, count: 2, profiles: 2 },
        { t: noon + 3 * hour, state: 'RUNNABLE', total: 4, count: 2, profiles: 1 },
        { t: noon + 3 * hour, state: 'BLOCKED', total: 4, count: 1, profiles: 1 },
      ],
      blocked: [{ t: midnight, state: 'BLOCKED', total: 12, count: 3, profiles: 3 }],
      starts: [noon + 3 * hour, noon + minutes5],
      walk: [
        't 0h 3h',
        'walk self 8 4 total 8 4 of 16 8',
        'nothing self 0 0 total 0 0 of 16 8',
        'main self 0 0 total 8 4 of 8 4',
        'main self 0 0 total 16 8 of 16 8',
      ],
      heaviest: ['main', 'lock', 'walk'],
      blockedFrames: ['lock', 'main'],
      measures: [
        { measure: knownMeasures.cpu, state: 'RUNNABLE', total: 12, count: 6 },
        { measure: knownMeasures.cpu, state: 'BLOCKED', total: 12, count: 3 },
      ],
    };
    expect(await answers()).toEqual(expected);
    await store.maintain(noon + 10 * minutes5);
    expect(await answers()).toEqual(expected);
    await store.maintain(noon + 2 * day);
    expect(await answers()).toEqual(expected);
    expect((await store.tree(cpu)).tier).toBe('P1D');
  });
}

export function readsInstances(opened: Opened): void {
  test('facts of an instance are summed where they are amounts and averaged where they are levels', async () => {
    const { store } = await opened();
    const said = (facts: object) => uploadOf(drawn('main 1'), { startMs: noon, facts });
    await store.append([
      said({ cpuSeconds: 1.5, threads: 10, heapMaxBytes: 100, vcpus: 4, instanceType: 'm5' }),
      said({
        cpuSeconds: 0.5,
        threads: 20,
        heapMaxBytes: 300,
        vcpus: 4,
        instanceType: 'm5',
        agentErrors: 2,
        agentMemoryBytes: 7,
      }),
      said({ instanceType: 'm5' }),
      said({ instance: 'instance-2' }),
    ]);
    for (const nowMs of [noon, noon + 2 * day]) {
      await store.maintain(nowMs);
      const [first, second] = await store.instances(1, { ...wholeDay, tier: 'PT1H' });
      expect(first).toMatchObject({
        t: noon,
        instance: 'instance-1',
        instanceType: 'm5',
        profiles: 3,
        durationSeconds: 180,
        cpuSeconds: 2,
        cpuCoveredSeconds: 120,
        overheadCoveredSeconds: undefined,
        agentErrors: 2,
        agentMemoryBytes: 7,
        exceptions: undefined,
        threads: 15,
        heapMaxBytes: 300,
        vcpus: 4,
        rssBytes: undefined,
      });
      expect(second).toMatchObject({ instance: 'instance-2', profiles: 1, cpuSeconds: undefined });
    }
  });
}

export function readsInstancesOfGroups(opened: Opened): void {
  test('instances of many groups are those of each, and silent groups are left out', async () => {
    const { store } = await opened();
    const sent = (group: number, instance: string) =>
      uploadOf(drawn('main 1'), { group, startMs: noon, facts: { instance } });
    await store.append([sent(1, 'a'), sent(1, 'b'), sent(3, 'c'), sent(4, 'd')]);
    const range = { ...wholeDay, tier: 'PT5M' } as const;
    const rows = await store.instancesOfGroups([1, 2, 3], range);
    expect([...rows.keys()].sort()).toEqual([1, 3]);
    for (const [group, own] of rows) expect(own).toEqual(await store.instances(group, range));
    expect(await store.instancesOfGroups([], range)).toEqual(new Map());
  });
}

export function treatsLevelsAsLevels(opened: Opened): void {
  test('a snapshot is averaged over its profiles, whatever the tier', async () => {
    const { store } = await opened();
    const live = (bytes: number, instance: string, startMs: number) =>
      uploadOf(
        preparedProfile(
          { stacks: `main;cache ${bytes}`, measure: knownMeasures.live_bytes },
          { stacks: 'main 1' },
        ),
        { startMs, facts: { instance } },
      );
    const query = { group: 1, measure: 'live_bytes', ...wholeDay };
    await store.append([
      live(100, 'a', noon),
      live(300, 'b', noon),
      live(500, 'a', noon + hour),
      uploadOf(drawn('main 1'), { startMs: noon }),
    ]);
    for (const nowMs of [noon, noon + 2 * hour, noon + 2 * day]) {
      await store.maintain(nowMs);
      const answer = await store.tree(query);
      expect(draw(answer.tree)).toBe('main 300\n  cache 300');
      expect(answer.profiles).toBe(3);
      const points = await store.timeline({ ...query, tier: 'PT1H' });
      expect(points.map(({ t, total, profiles }) => [t, total, profiles])).toEqual([
        [noon, 200, 2],
        [noon + hour, 500, 1],
      ]);
      const series = await store.frameSeries({
        ...{ ...query, tier: 'PT1H' },
        frames: [{ name: 'cache' }, { name: 'main' }],
      });
      expect(drawnSeries(series)).toEqual([
        't 0h 1h',
        'cache self 200 500 total 200 500 of 200 500',
        'main self 0 0 total 200 500 of 200 500',
      ]);
      const summaries = await store.measures(1, wholeDay);
      expect(summaries.map(({ measure, total }) => [measure.id, total])).toEqual([
        ['live_bytes', 300],
        ['cpu', 4],
      ]);
    }
  });
}
