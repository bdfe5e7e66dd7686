import type { MeasureInfo } from '@everflame/api';
import { cpuStates, latencyStates } from '@everflame/model';
import type { Query } from '../api/client.ts';
import type { GroupRoute } from '../url/route.ts';
import type { Moments } from '../url/time-range.ts';

/** One way to look at a group: a measure, and the thread states that count. */
export interface View {
  /** As in addresses: `cpu`, `latency`, or the measure's id. */
  readonly id: string;
  readonly title: string;
  readonly measure: string;
  readonly unit: MeasureInfo['unit'];
  /** Undefined: all states. */
  readonly states: readonly string[] | undefined;
  /** Boxes are split by state, and states can be turned off. */
  readonly isByState: boolean;
  /** Weights are time, so that weight over time is a number of cores or threads. */
  readonly isTime: boolean;
  /** Raw observations in the range. */
  readonly count: number;
  /** Other ranges have it, this one does not. */
  readonly isElsewhere?: boolean;
  /** What is measured, where the title alone does not say it. */
  readonly about?: string;
}

const titles: Readonly<Record<string, string>> = {
  samples: 'Samples',
  offcpu: 'Off CPU',
  alloc_bytes: 'Allocated bytes',
  alloc_objects: 'Allocations',
  live_bytes: 'Live heap',
  live_objects: 'Live objects',
  native_alloc_bytes: 'Native memory',
  lock_wait: 'Lock wait',
  lock_hold: 'Lock hold',
  lock_count: 'Lock contentions',
  block_wait: 'Blocking',
  block_count: 'Blocking events',
  exceptions: 'Exceptions',
  goroutines: 'Goroutines',
};
/** The order of the switch; whatever else there is follows. */
const order = ['cpu', 'latency', ...Object.keys(titles)];

const titleOf = (measure: string): string =>
  titles[measure] ?? measure.replace(/^custom:/, '').replaceAll('_', ' ');

const countOf = (info: MeasureInfo, states: readonly string[] | undefined): number =>
  info.states
    .filter(({ state }) => states === undefined || states.includes(state))
    .reduce((sum, { count }) => sum + count, 0);

const whole = (info: MeasureInfo): View => ({
  id: info.measure,
  title: titleOf(info.measure),
  measure: info.measure,
  unit: info.unit,
  states: undefined,
  isByState: false,
  isTime: info.unit === 'ns',
  count: countOf(info, undefined),
});

const partOf = (wall: MeasureInfo, id: string, title: string, states: readonly string[]): View => ({
  ...whole(wall),
  id,
  title,
  states,
  count: countOf(wall, states),
});

/** Agents that do not tell states apart say UNKNOWN; one colour for everything would say nothing. */
const hasStates = ({ states }: MeasureInfo): boolean =>
  states.some(({ state }) => state !== 'UNKNOWN');

/** What a group can be looked at by. CPU comes from a CPU clock where there is one, else from wall time. */
export function views(measures: readonly MeasureInfo[]): readonly View[] {
  const of = (id: string) => measures.find(({ measure }) => measure === id);
  const cpu = of('cpu');
  const wall = of('wall');
  const found: View[] = measures
    .filter(({ measure }) => measure !== 'cpu' && measure !== 'wall')
    .map(whole);
  if (cpu) found.push({ ...whole(cpu), title: 'CPU' });
  else if (wall) found.push(partOf(wall, 'cpu', 'CPU', cpuStates));
  if (wall)
    found.push({
      ...partOf(wall, 'latency', 'Latency', latencyStates),
      isByState: hasStates(wall),
      about: hasStates(wall)
        ? 'Wall-clock time of all threads that are not idle, by what they were doing: working, waiting or blocked.'
        : 'Wall-clock time of all threads that are not idle. The agent does not say what they were doing.',
    });
  return inOrder(found);
}

const rank = ({ id }: View) => (order.includes(id) ? order.indexOf(id) : order.length);

const inOrder = (found: readonly View[]): readonly View[] =>
  found.toSorted((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title));

/** Those of a range, and those that another range has: these stay on offer, with nothing in them. */
export function viewsEver(
  here: readonly MeasureInfo[],
  elsewhere: readonly MeasureInfo[],
): readonly View[] {
  const now = views(here);
  const others = views(elsewhere).filter(({ id }) => now.every((view) => view.id !== id));
  return inOrder([...now, ...others.map((view) => ({ ...view, count: 0, isElsewhere: true }))]);
}

/** What the latency of an application on Node.js does not have, and people look for. */
export const whileIdle =
  'In Node.js an awaited timer or network call is not seen: the thread is idle meanwhile.';

/** Why a view that was asked for is not the one that is shown; undefined where it is. */
export function missing(asked: string, shown: View, isNode: boolean): string | undefined {
  if (asked === shown.id || asked === 'cpu') return undefined;
  if (asked !== 'latency')
    return `No profile of this group has “${titleOf(asked)}”. This is ${shown.title}.`;
  const why = isNode ? ` ${whileIdle}` : '';
  return `No profile of this group has wall-clock time, which Latency is made of. This is ${shown.title}.${why}`;
}

/** The view of the route where the group has it, else its first. */
export const viewIn = (all: readonly View[], id: string): View | undefined =>
  all.find((view) => view.id === id) ?? all[0];

/** States that count now: as the reader chose, else those of the view. */
export const statesIn = (view: View, route: GroupRoute): readonly string[] | undefined =>
  view.isByState ? (route.states ?? view.states) : view.states;

/** The query string that timeline, flame, hotspots, search and export share. */
export const viewQuery = (view: View, route: GroupRoute, { from, to }: Moments): Query => [
  ['measure', view.measure],
  ['states', statesIn(view, route)?.join(',')],
  ['from', from],
  ['to', to],
  ...route.labels.map((label) => ['label', label] as const),
];

/** What everything but the time line shows. */
export const shownRange = (route: GroupRoute): Moments => route.brushed ?? route.range;
