import type { MeasureInfo } from '@everflame/api';
import { expect, test } from 'vitest';
import { groupRoute } from '../url/route.ts';
import { missing, statesIn, type View, viewIn, viewQuery, views, viewsEver } from './views.ts';

const measure = (
  id: string,
  unit: MeasureInfo['unit'] = 'ns',
  states = ['UNKNOWN'],
): MeasureInfo => ({
  measure: id,
  unit,
  temporality: 'delta',
  states: states.map((state) => ({ state, total: 10, count: 5 })),
});
const wall = measure('wall', 'ns', ['RUNNABLE', 'BLOCKED', 'WAITING', 'IDLE']);
const titles = (all: readonly View[]) => all.map(({ id, title }) => `${id}: ${title}`);

test('a CPU clock is the CPU view, wall time the latency view, other measures follow', () => {
  const all = views([
    measure('alloc_bytes', 'bytes'),
    wall,
    measure('custom:io_bytes'),
    measure('cpu'),
  ]);
  expect(titles(all)).toEqual([
    'cpu: CPU',
    'latency: Latency',
    'alloc_bytes: Allocated bytes',
    'custom:io_bytes: io bytes',
  ]);
  expect(all[0]).toMatchObject({ measure: 'cpu', states: undefined });
});

test('without a CPU clock, threads that want a core stand for CPU', () => {
  const [cpu, latency] = views([wall]);
  expect(cpu).toMatchObject({ id: 'cpu', measure: 'wall', count: 10, isByState: false });
  expect(cpu?.states).toContain('RUNNABLE');
  expect(cpu?.states).not.toContain('WAITING');
  expect(latency?.states).not.toContain('IDLE');
  expect(latency?.count).toBe(15);
});

test('where no state is known, latency is coloured by code like everything else', () => {
  const latency = views([measure('wall')]).find(({ id }) => id === 'latency');
  expect(latency?.isByState).toBe(false);
});

test('states that were chosen count in the latency view alone', () => {
  const route = { ...groupRoute('shop'), states: ['BLOCKED'], labels: ['region:eu'] };
  const [cpu, latency] = views([wall]);
  expect(cpu && statesIn(cpu, route)).toEqual(cpu?.states);
  expect(latency && viewQuery(latency, route, route.range)).toEqual([
    ['measure', 'wall'],
    ['states', 'BLOCKED'],
    ['from', '-1h'],
    ['to', 'now'],
    ['label', 'region:eu'],
  ]);
});

test('a view that the group does not have is answered by its first', () => {
  expect(viewIn(views([measure('live_bytes', 'bytes')]), 'cpu')?.id).toBe('live_bytes');
  expect(viewIn([], 'cpu')).toBeUndefined();
});

test('latency says what it measures, also where the agent does not tell states apart', () => {
  const about = (state: string) => views([measure('wall', 'ns', [state])]).at(-1)?.about;
  expect(about('WAITING')).toContain('not idle, by what they were doing');
  expect(about('UNKNOWN')).toContain('does not say');
});

test('a view that only other ranges have stays on offer, and says that it is of them', () => {
  const all = viewsEver([measure('cpu')], [measure('cpu'), wall]);
  expect(titles(all)).toEqual(['cpu: CPU', 'latency: Latency']);
  expect(all.map(({ isElsewhere }) => isElsewhere)).toEqual([undefined, true]);
  expect(viewIn(all, 'latency')?.count).toBe(0);
});

test('a link to a view that the group never had is told so, and on Node.js what latency cannot have', () => {
  const [cpu] = views([measure('cpu')]);
  expect(missing('latency', cpu!, true)).toContain('awaited timer');
  expect(missing('latency', cpu!, false)).not.toContain('awaited timer');
  expect(missing('live_bytes', cpu!, true)).toContain('“Live heap”');
  expect(missing('cpu', cpu!, true)).toBeUndefined();
});
