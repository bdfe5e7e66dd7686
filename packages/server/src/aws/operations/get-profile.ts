import { encodeCodeGuru, ionBytes } from '@everflame/formats';
import { Problem } from '@everflame/model';
import { z } from 'zod';
import { deepJson } from '../deep-json.ts';
import { operation } from '../operation.ts';
import { integerBetween, Period, Timestamp } from '../shapes.ts';
import { rangeAsked } from '../time-range.ts';
import { usualMeasure } from '../usual-measure.ts';

const MAX_DAYS = 7;
const JSON_TYPE = 'application/json';
const ION_TYPE = 'application/x-amzn-ion';

const Query = z.object({
  startTime: Timestamp.optional(),
  endTime: Timestamp.optional(),
  period: Period.optional(),
  maxDepth: integerBetween(1, 10_000).optional(),
});

/** The merged call tree in the shape that the agents send; what AWS answers is not documented. */
export const getProfile = operation({
  name: 'GetProfile',
  method: 'GET',
  path: '/profilingGroups/{profilingGroupName}/profile',
  query: Query,
  answer: async ({ visit, needs, query, group }) => {
    const type = answerType(visit.request.headers.get('accept') ?? '');
    const found = await group();
    const range = await rangeAsked(query, MAX_DAYS, { group: found, needs });
    const measure = await usualMeasure(found, range, needs);
    const { signal } = visit.request;
    const asked = { group: found.id, measure, ...range };
    const { tree, fromMs, toMs } = await needs.trees.tree(asked, signal);
    const { maxDepth } = query;
    const profile = encodeCodeGuru(tree, {
      startMs: fromMs,
      endMs: toMs,
      ...(maxDepth === undefined ? {} : { maxDepth }),
    });
    const bytes = type === JSON_TYPE ? deepJson(profile) : ionBytes(profile);
    return new Response(bytes, { headers: { 'content-type': type } });
  },
});

/** Ion unless JSON is asked for, as the service does. */
function answerType(accept: string): string {
  if (accept === '' || accept.includes(ION_TYPE)) return ION_TYPE;
  if (accept.includes(JSON_TYPE)) return JSON_TYPE;
  if (accept.includes('*/*')) return ION_TYPE;
  throw new Problem('invalid-parameter', `Accept takes ${JSON_TYPE} or ${ION_TYPE}.`);
}
