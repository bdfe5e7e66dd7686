import { expect, test } from 'vitest';
import type { InstanceRow } from '../storage/profile-store.ts';
import { coresPerBucket, groupFacts, instanceList, liveInstances } from './group-facts.ts';

const row = (instance: string, t: number, more: Partial<InstanceRow> = {}): InstanceRow => ({
  ...{ instance, t, agent: 'a', agentVersion: '1', runtime: 'go', profiles: 1 },
  ...{ durationSeconds: 60, ...more },
});

const rows = [
  row('a', 0, { cpuSeconds: 60, vcpus: 2, gcSeconds: 6 }),
  row('b', 0, { cpuSeconds: 30, vcpus: 2 }),
  row('a', 300_000, { cpuSeconds: 120, vcpus: 2 }),
  row('c', 300_000),
];

test('cores are CPU seconds over covered seconds, all instances together, per bucket and on average', () => {
  expect(coresPerBucket(rows, { fromMs: 0, stepMs: 300_000, buckets: 3 })).toEqual([1.5, 2, null]);
  expect(groupFacts(rows)).toMatchObject({
    instances: 3,
    profiles: 4,
    cpuCores: 1.75,
    cpuUtilization: 3.5 / 6,
    gcShareOfTime: 6 / 60,
  });
});

test('who says nothing of CPU neither adds to the cores nor lowers them', () => {
  const silent = row('heap', 0, { durationSeconds: 0.001, vcpus: 64 });
  const own = row('a', 0, { cpuSeconds: 60, vcpus: 2 });
  expect(groupFacts([own, silent])).toMatchObject({ cpuCores: 1, cpuUtilization: 0.5 });
  expect(coresPerBucket([silent], { fromMs: 0, stepMs: 300_000, buckets: 1 })).toEqual([null]);
});

test('an agent that says its CPU and overhead of one profile in ten alone is measured by that one', () => {
  const python = row('p', 0, {
    ...{ durationSeconds: 600, profiles: 10, vcpus: 2 },
    ...{ cpuSeconds: 30, cpuCoveredSeconds: 60 },
    ...{ agentOverheadSeconds: 3, overheadCoveredSeconds: 60 },
  });
  expect(groupFacts([python])).toMatchObject({
    ...{ cpuCores: 0.5, cpuUtilization: 0.25, agentCores: 0.05 },
  });
});

test('the cores of one instance are all its CPU over all its time, and the list says the same', () => {
  const own = [
    row('a', 0, { cpuSeconds: 5, durationSeconds: 5 }),
    row('a', 300_000, { cpuSeconds: 30, durationSeconds: 300 }),
  ];
  expect(groupFacts(own).cpuCores).toBeCloseTo(35 / 305);
  expect(instanceList(own, { stepMs: 300_000, nowMs: 900_000 }).instances[0]?.cpuCores).toBeCloseTo(
    35 / 305,
  );
});

test('two instances at once are twice as many cores as one, however long each was profiled', () => {
  const own = [row('a', 0, { cpuSeconds: 60 }), row('b', 0, { cpuSeconds: 6, durationSeconds: 6 })];
  expect(groupFacts(own).cpuCores).toBe(2);
});

test('a collection that waits for a CPU is a share of time like any, whatever CPU there was', () => {
  const scarce = row('a', 0, { cpuSeconds: 6, gcSeconds: 3.7 });
  expect(groupFacts([scarce]).gcShareOfTime).toBeCloseTo(3.7 / 60);
});

test('an instance is live for about three of its periods, and a process that was restarted is not two', () => {
  const live = (own: readonly InstanceRow[], minutes: number) =>
    liveInstances(own, { stepMs: 300_000, nowMs: minutes * 60_000 });
  const restarted = [
    row('old', 0, { profiles: 5, durationSeconds: 240 }),
    row('new', 300_000, { profiles: 5, durationSeconds: 300 }),
  ];
  expect([6, 8, 9, 13, 14].map((minutes) => live(restarted, minutes))).toEqual([2, 2, 1, 1, 0]);
  const slow = [row('slow', 0, { durationSeconds: 600 })];
  expect([35, 40, 41].map((minutes) => live(slow, minutes))).toEqual([1, 0, 0]);
});

test('what no agent said is absent', () => {
  expect(groupFacts([row('c', 0)])).toEqual({ instances: 1, profiles: 1 });
  expect(groupFacts([])).toEqual({ instances: 0, profiles: 0 });
});

test('instances come with what they said last, the latest first', () => {
  const { instances } = instanceList(rows, { stepMs: 300_000, nowMs: 900_000 });
  expect(instances.map(({ instance, lastMs, profiles }) => [instance, lastMs, profiles])).toEqual([
    ['a', 600_000, 2],
    ['c', 600_000, 1],
    ['b', 300_000, 1],
  ]);
  expect(instances[0]!.cpuCores).toBe(1.5);
});

test('nobody was heard of later than now', () => {
  const { instances } = instanceList(rows, { stepMs: 300_000, nowMs: 400_000 });
  expect(instances.map(({ lastMs }) => lastMs)).toEqual([400_000, 400_000, 300_000]);
});
