import fc from 'fast-check';
import { expect, test } from 'vitest';
import { format, type GroupRoute, groupRoute, parse, type Route, unreadRange } from './route.ts';
import { absolute } from './time-range.ts';

const at = (address: string): Route => parse(new URL(address, 'http://127.0.0.1:4100'));

const anyMoments = () =>
  fc
    .oneof(
      fc.tuple(fc.integer({ min: 2, max: 999 }), fc.constantFrom('m', 'h', 'd'), fc.boolean()),
      fc.tuple(fc.integer({ min: 0, max: 2e9 }), fc.integer({ min: 1, max: 1e7 })),
    )
    .map((drawn) =>
      drawn.length === 3
        ? { from: `-${drawn[0]}${drawn[1]}`, to: drawn[2] ? 'now' : `-1${drawn[1]}` }
        : { from: absolute(drawn[0] * 1000), to: absolute((drawn[0] + drawn[1]) * 1000) },
    );

const anyText = () =>
  fc.string({ unit: 'grapheme', maxLength: 20 }).filter((s) => !/\p{Surrogate}/u.test(s));

const anyGroupRoute = (): fc.Arbitrary<GroupRoute> =>
  fc.record({
    page: fc.constant('group'),
    group: anyText().filter((name) => !/^\.{0,2}$/.test(name)),
    tab: fc.constantFrom('flame', 'hotspots'),
    view: fc.constantFrom('cpu', 'latency', 'alloc_bytes', 'custom:x.y-z'),
    states: fc.option(
      fc.uniqueArray(fc.constantFrom('RUNNABLE', 'BLOCKED', 'TIMED_WAITING'), { minLength: 1 }),
      { nil: undefined },
    ),
    range: anyMoments(),
    brushed: fc.option(anyMoments(), { nil: undefined }),
    labels: fc.array(
      anyText().map((value) => `region:${value}`),
      { maxLength: 3 },
    ),
    zoom: fc.option(fc.constantFrom('0123456789abcdef'), { nil: undefined }),
    search: anyText(),
    order: fc.constantFrom('heavy', 'name'),
    colour: fc.constantFrom('category', 'package'),
    sort: fc.constantFrom('self', 'total', 'name', 'places'),
  });

test('an address says everything about a page, so that parsing it gives the page back', () => {
  fc.assert(
    fc.property(anyGroupRoute(), (route) => {
      expect(at(format(route))).toEqual(route);
    }),
  );
  fc.assert(
    fc.property(anyText(), (search) => {
      const route = { page: 'groups', search } as const;
      expect(at(format(route))).toEqual(route);
    }),
  );
});

test('a fresh page has a short address', () => {
  expect(format(groupRoute('shop'))).toBe('/g/shop/flame');
  expect(format({ page: 'groups', search: '' })).toBe('/');
  expect(format({ ...groupRoute('a/b'), view: 'latency' })).toBe('/g/a%2Fb/flame?v=1&view=latency');
});

test('addresses of version 1 are understood for as long as there is an Everflame', () => {
  const address =
    '/g/shop/hotspots?v=1&view=latency&states=RUNNABLE,BLOCKED&from=2026-11-22T17:35Z&to=2026-11-22T18:00Z' +
    '&at=2026-11-22T17:40Z..2026-11-22T17:45Z&label=region:eu&z=0123456789abcdef&q=log4j&order=name' +
    '&color=package&sort=total';
  expect(at(address)).toEqual({
    page: 'group',
    group: 'shop',
    tab: 'hotspots',
    view: 'latency',
    states: ['RUNNABLE', 'BLOCKED'],
    range: { from: '2026-11-22T17:35Z', to: '2026-11-22T18:00Z' },
    brushed: { from: '2026-11-22T17:40Z', to: '2026-11-22T17:45Z' },
    labels: ['region:eu'],
    zoom: '0123456789abcdef',
    search: 'log4j',
    order: 'name',
    colour: 'package',
    sort: 'total',
  });
  expect(at('/g/shop')).toEqual(groupRoute('shop'));
});

test('what an address says wrongly is as on a fresh page', () => {
  const wrong =
    '/g/shop/flame?v=9&view=%3Cscript%3E&states=a&from=2026-13-45T00:00Z&at=now..-1h&z=xyz&order=up&sort=';
  expect(at(wrong)).toEqual(groupRoute('shop'));
  expect(at('/g/shop/flame?from=-1h&to=-2h')).toEqual(groupRoute('shop'));
  expect(at('/g/%E0%A4%A')).toEqual({ page: 'lost', path: '/g/%E0%A4%A' });
  expect(at('/nowhere')).toEqual({ page: 'lost', path: '/nowhere' });
});

test('a range that cannot be read is told, so that the last hour is not taken for it', () => {
  const unread = (query: string) => unreadRange(new URL(`http://h/g/shop/flame?v=1&${query}`));
  expect(unread('from=garbage')).toBe('garbage');
  expect(unread('from=-1h&to=-2h')).toBe('-1h..-2h');
  expect(unread('at=soon..later')).toBe('soon..later');
  expect(unread('to=now')).toBe('..now');
  expect(unread('from=-3h&to=now&at=-2h..-1h')).toBeUndefined();
  expect(unread('')).toBeUndefined();
});
