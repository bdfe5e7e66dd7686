import { encodeCodeGuru, ionBytes } from '@everflame/formats';
import { Problem } from '@everflame/model';
import { z } from 'zod';
import type { Needs } from '../../needs.ts';
import type { Group } from '../../storage/catalog.ts';
import { type TimeRange, tierMs } from '../../storage/profile-store.ts';
import { deepJson } from '../deep-json.ts';
import { latestBucket } from '../description.ts';
import { operation } from '../operation.ts';
import { Period, Timestamp } from '../shapes.ts';

const MAX_SPAN_MS = 7 * tierMs.P1D;
const JSON_TYPE = 'application/json';
const ION_TYPE = 'application/x-amzn-ion';

const Query = z.object({
  startTime: Timestamp.optional(),
  endTime: Timestamp.optional(),
  period: Period.optional(),
  maxDepth: z.coerce.number().int().min(1).max(10_000).optional(),
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
    const range = await rangeOf(query, found, needs);
    const measure = await measureOf(found, range, needs);
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

/** Any two of the three, or the period alone: then up to the latest profile. */
async function rangeOf(
  { startTime, endTime, period }: z.output<typeof Query>,
  group: Group,
  needs: Needs,
): Promise<TimeRange> {
  if (startTime !== undefined && endTime !== undefined && period !== undefined) {
    throw new Problem('invalid-parameter', 'Give at most two of startTime, endTime and period.');
  }
  if (period === undefined) {
    if (startTime === undefined || endTime === undefined) {
      throw new Problem('invalid-parameter', 'Give period, or both startTime and endTime.');
    }
    return checkedRange(startTime, endTime);
  }
  if (startTime !== undefined) return checkedRange(startTime, startTime + period);
  const latest = endTime ?? (await latestEnd(group, needs));
  return checkedRange(latest - period, latest);
}

async function latestEnd(group: Group, needs: Needs): Promise<number> {
  const latest = await latestBucket(group, needs);
  return latest === undefined ? needs.now() : latest.startMs + tierMs[latest.period];
}

function checkedRange(fromMs: number, toMs: number): TimeRange {
  if (fromMs >= toMs) throw new Problem('invalid-parameter', 'startTime must lie before endTime.');
  if (toMs - fromMs > MAX_SPAN_MS) {
    throw new Problem('invalid-parameter', 'The time range may span at most seven days.');
  }
  return { fromMs, toMs };
}

/** Agents of this protocol report wall time by thread state; for all others, what comes closest. */
async function measureOf(group: Group, range: TimeRange, { store }: Needs): Promise<string> {
  const present = (await store.measures(group.id, range)).map(({ measure }) => measure.id);
  return ['wall', 'cpu'].find((id) => present.includes(id)) ?? present[0] ?? 'wall';
}
