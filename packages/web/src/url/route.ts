import { type Moments, momentMs } from './time-range.ts';

/**
 * Every page and all of its view state, as an address and back. `v` is the version of this scheme: an
 * older address is brought up to date here, a newer one is read as far as it is understood.
 */
const version = 1;

export type Tab = 'flame' | 'hotspots';
export type SortBy = 'self' | 'total' | 'name' | 'places';

export interface GroupRoute {
  readonly page: 'group';
  readonly group: string;
  readonly tab: Tab;
  /** `cpu`, `latency`, or the id of a measure. */
  readonly view: string;
  /** Thread states to count; undefined: those of the view. */
  readonly states: readonly string[] | undefined;
  /** What the time line shows. */
  readonly range: Moments;
  /** The part of it that was brushed, and that everything else shows. */
  readonly brushed: Moments | undefined;
  /** `key:value` */
  readonly labels: readonly string[];
  /** Path id of the zoomed node, 16 hex digits. */
  readonly zoom: string | undefined;
  readonly search: string;
  readonly order: 'heavy' | 'name';
  readonly colour: 'category' | 'package';
  readonly sort: SortBy;
}

export interface GroupsRoute {
  readonly page: 'groups';
  readonly search: string;
}

interface LostRoute {
  readonly page: 'lost';
  readonly path: string;
}

export type Route = GroupsRoute | GroupRoute | LostRoute;

export const groupsRoute: GroupsRoute = { page: 'groups', search: '' };

export const groupRoute = (group: string): GroupRoute => ({
  page: 'group',
  group,
  tab: 'flame',
  view: 'cpu',
  states: undefined,
  range: { from: '-1h', to: 'now' },
  brushed: undefined,
  labels: [],
  zoom: undefined,
  search: '',
  order: 'heavy',
  colour: 'category',
  sort: 'self',
});

/** Never fails: what an address does not say, or says wrongly, is as on a fresh page. */
export function parse(url: URL): Route {
  const { pathname, searchParams } = url;
  if (pathname === '/') return { page: 'groups', search: searchParams.get('q') ?? '' };
  const [, group, tab] = /^\/g\/([^/]+)(?:\/(flame|hotspots))?\/?$/.exec(pathname) ?? [];
  const name = group === undefined ? undefined : decoded(group);
  if (name === undefined) return { page: 'lost', path: pathname };
  return groupOf(name, tab === 'hotspots' ? 'hotspots' : 'flame', searchParams);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const oneOf = <T extends string>(text: string | null, allowed: readonly T[], otherwise: T): T =>
  allowed.find((value) => value === text) ?? otherwise;

const matching = (text: string | null, pattern: RegExp): string | undefined =>
  text !== null && pattern.test(text) ? text : undefined;

function groupOf(group: string, tab: Tab, query: URLSearchParams): GroupRoute {
  const fresh = groupRoute(group);
  const from = query.get('from');
  const to = query.get('to');
  return {
    ...fresh,
    tab,
    view: matching(query.get('view'), /^[\w:.-]{1,100}$/) ?? fresh.view,
    states: matching(query.get('states'), /^[A-Z_]+(,[A-Z_]+)*$/)?.split(','),
    range: momentsIn(from, to) ?? fresh.range,
    brushed: momentsIn(...splitOnce(query.get('at'))),
    labels: query.getAll('label').filter((label) => label.includes(':')),
    zoom: matching(query.get('z'), /^[0-9a-f]{16}$/),
    search: query.get('q') ?? '',
    order: oneOf(query.get('order'), ['heavy', 'name'], fresh.order),
    colour: oneOf(query.get('color'), ['category', 'package'], fresh.colour),
    sort: oneOf(query.get('sort'), ['self', 'total', 'name', 'places'], fresh.sort),
  };
}

const splitOnce = (text: string | null): [string | null, string | null] => {
  const [from, to] = text?.split('..', 2) ?? [];
  return [from ?? null, to ?? null];
};

function momentsIn(from: string | null, to: string | null): Moments | undefined {
  if (from === null) return undefined;
  const end = to ?? 'now';
  // Any now will do: order matters only between moments that are told from the same one.
  const fromMs = momentMs(from, Date.now());
  const toMs = momentMs(end, Date.now());
  return fromMs === undefined || toMs === undefined || fromMs >= toMs
    ? undefined
    : { from, to: end };
}

/** What an address says of a range and cannot be read, for the reader to be told; undefined where all is well. */
export function unreadRange({ searchParams }: URL): string | undefined {
  const from = searchParams.get('from');
  const to = searchParams.get('to');
  const at = searchParams.get('at');
  if ((from !== null || to !== null) && momentsIn(from, to) === undefined)
    return [from ?? '', ...(to === null ? [] : [to])].join('..');
  return at !== null && momentsIn(...splitOnce(at)) === undefined ? at : undefined;
}

/** The address of a route: only what differs from a fresh page. `parse` of it gives the route back. */
export function format(route: Route): string {
  switch (route.page) {
    case 'lost':
      return route.path;
    case 'groups':
      return withQuery('/', route.search === '' ? [] : [['q', route.search]]);
    case 'group':
      return withQuery(`/g/${encodeURIComponent(route.group)}/${route.tab}`, groupQuery(route));
  }
}

function groupQuery(route: GroupRoute): [string, string][] {
  const fresh = groupRoute(route.group);
  const query: [string, string][] = [];
  const add = (key: string, value: string | undefined, otherwise: string) => {
    if (value !== undefined && value !== otherwise) query.push([key, value]);
  };
  add('view', route.view, fresh.view);
  add('states', route.states?.join(','), '');
  add('from', route.range.from, fresh.range.from);
  add('to', route.range.to, fresh.range.to);
  // A range that differs in its end alone is written whole, for `to` without `from` says little.
  if (query.some(([key]) => key === 'to') && !query.some(([key]) => key === 'from'))
    query.push(['from', route.range.from]);
  if (route.brushed) query.push(['at', `${route.brushed.from}..${route.brushed.to}`]);
  for (const label of route.labels) query.push(['label', label]);
  add('z', route.zoom, '');
  add('q', route.search, '');
  add('order', route.order, fresh.order);
  add('color', route.colour, fresh.colour);
  add('sort', route.sort, fresh.sort);
  return query;
}

/** Colons and slashes stay readable; everything else is escaped. */
function withQuery(path: string, query: readonly (readonly [string, string])[]): string {
  if (query.length === 0) return path;
  const escaped = (text: string) =>
    encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%2F', '/');
  const pairs = [['v', String(version)] as const, ...query];
  return `${path}?${pairs.map(([key, value]) => `${key}=${escaped(value)}`).join('&')}`;
}
