import { type Fact, profileOf } from '@everflame/model';
import { expect, test } from 'vitest';
import { instanceFacts } from './facts.ts';
import { prepare } from './prepare.ts';

const facts: readonly Fact[] = [
  { kind: 'cpu', t: 1, seconds: 2, vcpus: 4 },
  { kind: 'gc', t: 1, seconds: 0.5, count: 3 },
  { kind: 'gc', t: 2, seconds: 0.25, count: 1 },
  { kind: 'heap', t: 1, used: 100, max: 1000 },
  { kind: 'heap', t: 2, used: 300 },
  { kind: 'agent', t: 2, overheadSeconds: Number.NaN },
];

test('what an agent says of itself: its memory is the largest, its errors and exceptions add up', () => {
  const facts: Fact[] = [
    { kind: 'agent', t: 1, memoryBytes: 10, errors: 2 },
    { kind: 'agent', t: 2, memoryBytes: 30, errors: 1 },
    { kind: 'exceptions', t: 1, count: 4 },
    { kind: 'exceptions', t: 2, count: 5 },
  ];
  expect(told({}, facts)).toMatchObject({ agentMemoryBytes: 30, agentErrors: 3, exceptions: 9 });
});

const told = (metadata: object = {}, more: readonly Fact[] = [], lengthMs = 60_000) => {
  const profiles = [{ ...profileOf('main', { weights: [3e9] }), facts: more }];
  return instanceFacts({
    profiles,
    prepared: prepare(profiles, {}),
    metadata: { labels: {}, facts: {}, ...metadata },
    lengthMs,
  });
};

test('sums of a window add up, levels are averaged, and what nobody said is absent', () => {
  expect(told({}, facts)).toMatchObject({
    durationSeconds: 60,
    cpuSeconds: 2,
    vcpus: 4,
    gcSeconds: 0.75,
    heapUsedBytes: 200,
    heapMaxBytes: 1000,
  });
  expect(told({}, facts).agentOverheadSeconds).toBeUndefined();
  expect(told({}, facts).rssBytes).toBeUndefined();
});

test('the agent knows better than its profile, and the profile better than its samples', () => {
  expect(told().cpuSeconds).toBe(3);
  expect(told({}, facts).cpuSeconds).toBe(2);
  expect(told({ facts: { cpuSeconds: 1 } }, facts).cpuSeconds).toBe(1);
});

test('in a time of unknown length there is no saying how much CPU or collecting there was', () => {
  const seen = told({ facts: { cpuSeconds: 1 } }, facts, 0);
  expect(seen).toMatchObject({ durationSeconds: 0, vcpus: 4, heapUsedBytes: 200 });
  expect([seen.cpuSeconds, seen.gcSeconds]).toEqual([undefined, undefined]);
});

test('an instance is named by the most exact name that is known', () => {
  expect(told().instance).toBe('unknown');
  expect(told({ labels: { 'host.name': 'h' } }).instance).toBe('h');
  expect(told({ labels: { 'host.name': 'h', 'service.instance.id': 'i' } }).instance).toBe('i');
});

test('texts are clipped and impossible numbers left out, for every bucket keeps them', () => {
  const labels = { 'host.name': 'h'.repeat(1000), 'host.type': 't'.repeat(1000) };
  const seen = told({ labels, facts: { cpuSeconds: 1e308, rssBytes: 5 } }, [
    { kind: 'cpu', t: 1, seconds: 1e300, vcpus: 2 },
  ]);
  expect([seen.instance.length, seen.instanceType?.length]).toEqual([255, 255]);
  expect(seen).toMatchObject({ cpuSeconds: 3, rssBytes: 5, vcpus: 2 });
});
