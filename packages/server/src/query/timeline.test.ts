import { knownMeasures } from '@everflame/model';
import { expect, test } from 'vitest';
import { tierFor, timeline } from './timeline.ts';

const minute = 60_000;
const day = 86_400_000;

test('every bucket of the range is there, and what nobody reported is null', () => {
  const points = [
    { t: 0, state: 'RUNNABLE' as const, total: 5, count: 1, profiles: 2 },
    { t: 0, state: 'BLOCKED' as const, total: 2, count: 1, profiles: 2 },
    { t: 10 * minute, state: 'RUNNABLE' as const, total: 7, count: 3, profiles: 1 },
    { t: 99 * day, state: 'RUNNABLE' as const, total: 7, count: 3, profiles: 1 },
  ];
  const range = { fromMs: minute, toMs: 11 * minute, tier: 'PT5M' as const };
  const rest = { agent: '', agentVersion: '', runtime: 'go', profiles: 1 };
  const instances = [
    { ...rest, t: 0, instance: 'a', durationSeconds: 60, cpuSeconds: 6 },
    { ...rest, t: 0, instance: 'b', durationSeconds: 30 },
    { ...rest, t: 10 * minute, instance: 'b', durationSeconds: 30.5 },
  ];
  const told = { points, instances };
  expect(timeline(told, range, knownMeasures.cpu).coveredMs).toEqual([60_000, 0, 0]);
  expect(timeline(told, range, knownMeasures.wall)).toEqual({
    measure: 'wall',
    unit: 'ns',
    tier: 'PT5M',
    stepMs: 5 * minute,
    t: [0, 5 * minute, 10 * minute],
    states: { RUNNABLE: [5, null, 7], BLOCKED: [2, null, null] },
    count: [2, 0, 3],
    profiles: [2, 0, 1],
    coveredMs: [45_000, 0, 30_500],
  });
});

test('a longer range, or an older one, is shown more coarsely', () => {
  const now = 100 * day;
  const keptFrom = { PT5M: now - 15 * day, PT1H: now - 60 * day, P1D: 0 };
  const tier = (fromMs: number, toMs: number) => tierFor({ fromMs, toMs }, keptFrom);
  expect(tier(now - day, now)).toBe('PT5M');
  expect(tier(now - 7 * day, now)).toBe('PT1H');
  expect(tier(now - 90 * day, now)).toBe('P1D');
  expect(tier(now - 20 * day, now - 19 * day)).toBe('PT1H');
  expect(tier(now - 70 * day, now - 69 * day)).toBe('P1D');
});

test('what was given up for the byte budget is shown by the tier that still has it', () => {
  const now = 100 * day;
  const keptFrom = { PT5M: now - day, PT1H: now - 3 * day, P1D: 0 };
  const tier = (fromMs: number) => tierFor({ fromMs, toMs: fromMs + day }, keptFrom);
  expect([tier(now - day), tier(now - 2 * day), tier(now - 4 * day)]).toEqual([
    'PT5M',
    'PT1H',
    'P1D',
  ]);
});
