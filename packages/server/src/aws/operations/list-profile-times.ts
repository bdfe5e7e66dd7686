import { z } from 'zod';
import { iso } from '../description.ts';
import { answerJson, operation } from '../operation.ts';
import { timeOfToken, timeToken } from '../page-token.ts';
import { AggregationPeriod, MaxResults, Timestamp, Token } from '../shapes.ts';
import { rangeBetween } from '../time-range.ts';

const PAGE = 100;

export const listProfileTimes = operation({
  name: 'ListProfileTimes',
  method: 'GET',
  path: '/profilingGroups/{profilingGroupName}/profileTimes',
  query: z.object({
    startTime: Timestamp,
    endTime: Timestamp,
    period: AggregationPeriod,
    orderBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
    maxResults: MaxResults.default(PAGE),
    nextToken: Token.optional(),
  }),
  answer: async ({ needs, query, group }) => {
    const { period, maxResults: limit } = query;
    const range = rangeBetween(query.startTime, query.endTime);
    const isAscending = query.orderBy === 'TimestampAscending';
    const seenMs = query.nextToken === undefined ? undefined : timeOfToken(query.nextToken);
    const { id } = await group();
    // One more than asked for tells whether there is a next page.
    const starts = await needs.store.bucketStarts(id, {
      fromMs:
        isAscending && seenMs !== undefined ? Math.max(range.fromMs, seenMs + 1) : range.fromMs,
      toMs: !isAscending && seenMs !== undefined ? Math.min(range.toMs, seenMs) : range.toMs,
      tier: period,
      order: isAscending ? 'ascending' : 'descending',
      limit: limit + 1,
    });
    const page = starts.slice(0, limit);
    const last = page.at(-1);
    return answerJson({
      profileTimes: page.map((ms) => ({ start: iso(ms) })),
      nextToken: starts.length > limit && last !== undefined ? timeToken(last) : undefined,
    });
  },
});
