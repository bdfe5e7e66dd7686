import { FrameNames, FrameSeriesAnswer, TierName, ViewQuery } from '@everflame/api';
import { z } from 'zod';
import { frameSeriesJson, frameTier } from '../query/frame-series.ts';
import { viewOf } from '../query/view.ts';
import { type Call, type Route, route, smallBody } from './route.ts';

const MAX_FRAMES = 100;

/** Frames are kept for whole groups, so there is no label to ask for. */
const FramesQuery = ViewQuery.omit({ label: true }).extend({
  tier: TierName.optional().describe(
    'Width of a bucket; where it is not kept any more, the next coarser one. Without it, as fine as a screen can show.',
  ),
});

const answers = {
  200: { description: 'Series', content: { 'application/json': FrameSeriesAnswer } },
};

const getFrames = route({
  method: 'GET',
  path: '/api/v1/groups/{group}/frames',
  summary: 'Self and total of functions over time: of those named, or of the heaviest',
  query: FramesQuery.extend({
    frame: z
      .array(z.string().min(1).max(10_000))
      .max(MAX_FRAMES)
      .default([])
      .describe(
        `Name of a function, repeatable up to ${MAX_FRAMES} times; without it the heaviest.`,
      ),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(MAX_FRAMES)
      .default(20)
      .describe('How many of the heaviest, where none is named.'),
  }),
  answers,
  answer: ({ query, ...call }) => seriesOf({ ...call, query }, query.frame, query.limit),
});

/** A hundred names of functions are more than an address may hold. */
const postFrames = route({
  method: 'POST',
  path: '/api/v1/groups/{group}/frames',
  summary: 'The same, for names that are too many or too long for an address; changes nothing',
  right: 'read',
  query: FramesQuery,
  body: { 'application/json': FrameNames },
  answers,
  answer: async (call) => {
    const { frames } = await smallBody(FrameNames, call.visit, call.needs);
    return seriesOf(call, frames, MAX_FRAMES);
  },
});

async function seriesOf(
  { needs, query, group }: Call<z.output<typeof FramesQuery>>,
  names: readonly string[],
  limit: number,
): Promise<Response> {
  const { store } = needs;
  const view = viewOf({ ...query, label: [] }, await group(), needs.now());
  const count = names.length === 0 ? limit : names.length;
  const asked = { ...view, tier: query.tier, frames: count };
  const tier = frameTier(asked, await store.keptFrom());
  const chosen = names.length === 0 ? await store.heaviestFrames({ ...view, limit }) : names;
  const { group: id, measure, fromMs, toMs } = view;
  const series = await needs.frames.series({
    ...{ group: id, measure, fromMs, toMs, tier },
    frames: chosen.map((name) => ({ name, states: view.states })),
  });
  return new Response(frameSeriesJson(series, tier), {
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
}

export const frameRoutes: readonly Route[] = [getFrames, postFrames];
