import {
  Hotspots,
  InstanceList,
  profileTreeType,
  SearchAnswer,
  TierName,
  Timeline,
  timeForms,
  ViewQuery,
} from '@everflame/api';
import { measureNamed, Problem, sumStates, threadStates } from '@everflame/model';
import { z } from 'zod';
import { flame, flameJson, wantsJson } from '../query/flame.ts';
import { instanceList } from '../query/group-facts.ts';
import { hotspots } from '../query/hotspots.ts';
import { search } from '../query/search.ts';
import { tierFor, timeline } from '../query/timeline.ts';
import { rangeOf, viewOf } from '../query/view.ts';
import type { SeriesQuery, TreeAnswer } from '../storage/profile-store.ts';
import { tierMs } from '../storage/profile-store.ts';
import { binary, type Call, json, type Route, route } from './route.ts';

type View = Call<z.output<typeof ViewQuery>>;

async function viewed({ query, needs, group }: View): Promise<SeriesQuery> {
  return viewOf(query, await group(), needs.now());
}

/** The merged tree that a query string asks for; several addresses ask for the same one. */
export async function treeOf(call: View): Promise<TreeAnswer> {
  return call.needs.trees.tree(await viewed(call), call.visit.request.signal);
}

/** More than any screen has pixels. */
const MAX_POINTS = 10_000;

const timelineRoute = route({
  method: 'GET',
  path: '/api/v1/groups/{group}/timeline',
  summary: 'Totals over time, by thread state',
  query: ViewQuery.extend({
    tier: TierName.optional().describe(
      'Width of a bucket; without it, as fine as a screen can show and as is kept.',
    ),
  }),
  answers: { 200: { description: 'A time line', content: { 'application/json': Timeline } } },
  answer: async (call) => {
    const { needs, query } = call;
    const view = await viewed(call);
    const tier = query.tier ?? tierFor(view, await needs.store.keptFrom());
    if (view.toMs - view.fromMs > MAX_POINTS * tierMs[tier]) {
      throw new Problem('invalid-parameter', `${tier} would give more than ${MAX_POINTS} points.`);
    }
    const [points, instances, measures] = await Promise.all([
      needs.store.timeline({ ...view, tier }),
      needs.store.instances(view.group, { ...view, tier }),
      needs.store.measures(view.group, view),
    ]);
    const measure =
      measures.find((one) => one.measure.id === view.measure)?.measure ??
      measureNamed(view.measure);
    return json(timeline({ points, instances }, { ...view, tier }, measure));
  },
});

const MAX_NODES = 262_144;

const flameRoute = route({
  method: 'GET',
  path: '/api/v1/groups/{group}/flame',
  summary: 'The call tree of a range, its heaviest nodes',
  query: ViewQuery.extend({
    order: z
      .enum(['heavy', 'name'])
      .default('heavy')
      .describe('How callees of one node follow each other: by weight, or by name.'),
    root: z
      .string()
      .max(16)
      .optional()
      .describe('Id of a node (16 hex digits); only what lies below it is answered.'),
    maxNodes: z.coerce
      .number()
      .int()
      .min(1)
      .max(MAX_NODES)
      .default(16_384)
      .describe('The heaviest nodes are answered, at most this many.'),
  }),
  answers: {
    200: {
      description: 'The tree, binary or as JSON by the Accept header',
      content: { [profileTreeType]: binary, 'application/json': z.looseObject({}) },
    },
  },
  answer: async (call) => {
    const encoded = flame(await treeOf(call), call.query);
    const isJson = wantsJson(call.visit.request.headers.get('accept') ?? '');
    return new Response(isJson ? flameJson(encoded) : encoded, {
      headers: {
        'content-type': isJson ? 'application/json; charset=utf-8' : profileTreeType,
        vary: 'accept',
      },
    });
  },
});

const hotspotsRoute = route({
  method: 'GET',
  path: '/api/v1/groups/{group}/hotspots',
  summary: 'Functions by their cost, from the full tree',
  query: ViewQuery.extend({
    sort: z
      .enum(['self', 'total'])
      .default('self')
      .describe('By what a function costs itself, or with all that it calls.'),
    q: z.string().max(500).optional().describe('Text that the name of a function has.'),
    limit: z.coerce.number().int().min(1).max(5000).default(200).describe('Rows at most.'),
  }),
  answers: { 200: { description: 'A table', content: { 'application/json': Hotspots } } },
  answer: async (call) => {
    const { tree, count } = await treeOf(call);
    const column = sumStates(tree, call.query.measure, threadStates);
    return json(hotspots(tree, column, { ...call.query, count }));
  },
});

const searchRoute = route({
  method: 'GET',
  path: '/api/v1/groups/{group}/search',
  summary: 'How much lies under the functions whose name has a text',
  query: ViewQuery.extend({
    q: z.string().min(1).max(500).describe('Text that the name of a function has.'),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(20)
      .describe('Functions that are named, at most.'),
  }),
  answers: { 200: { description: 'A share', content: { 'application/json': SearchAnswer } } },
  answer: async (call) => {
    const { tree } = await treeOf(call);
    const column = sumStates(tree, call.query.measure, threadStates);
    return json(search(tree, column, call.query));
  },
});

const instancesRoute = route({
  method: 'GET',
  path: '/api/v1/groups/{group}/instances',
  summary: 'Who sent profiles in a range',
  query: z.object({
    from: z.string().max(40).default('-1h').describe(`Where the range begins. ${timeForms}`),
    to: z.string().max(40).default('now').describe(`Where the range ends. ${timeForms}`),
  }),
  answers: { 200: { description: 'Instances', content: { 'application/json': InstanceList } } },
  answer: async ({ query, needs, group }) => {
    const { id } = await group();
    const nowMs = needs.now();
    const range = rangeOf(query, nowMs);
    const tier = tierFor(range, await needs.store.keptFrom());
    const rows = await needs.store.instances(id, { ...range, tier });
    return json(instanceList(rows, { stepMs: tierMs[tier], nowMs }));
  },
});

export const viewRoutes: readonly Route[] = [
  timelineRoute,
  flameRoute,
  hotspotsRoute,
  searchRoute,
  instancesRoute,
];
