import {
  GroupChange,
  GroupDetail,
  GroupList,
  GroupSummary,
  NewGroupBody,
  timeForms,
} from '@everflame/api';
import { Problem } from '@everflame/model';
import { z } from 'zod';
import { refuseOtherGroup } from '../auth/access.ts';
import type { Needs } from '../needs.ts';
import { coresPerBucket, groupFacts, liveInstances } from '../query/group-facts.ts';
import { tierFor } from '../query/timeline.ts';
import { rangeOf } from '../query/view.ts';
import { removeGroup } from '../remove-group.ts';
import type { Group } from '../storage/catalog.ts';
import type { InstanceRow, MeasureSummary } from '../storage/profile-store.ts';
import { tierMs } from '../storage/profile-store.ts';
import { json, type Route, route, smallBody } from './route.ts';

const HOUR_MS = tierMs.PT1H;
const REPORTING_MS = 15 * 60_000;
const MAX_LABEL_VALUES = 100;

const listGroups = route({
  method: 'GET',
  path: '/api/v1/groups',
  summary: 'Profiling groups by name, with what they did in the last hour',
  query: z.object({
    q: z.string().max(255).optional().describe('Text that the name has, in any case of letters.'),
    after: z
      .string()
      .max(255)
      .optional()
      .describe('The `next` of the page before: groups whose name comes after it.'),
    limit: z.coerce.number().int().min(1).max(1000).default(50).describe('Groups at most.'),
  }),
  answers: { 200: { description: 'A page', content: { 'application/json': GroupList } } },
  answer: async ({ visit, query, needs }) => {
    const { groups, next } = await needs.catalog.groups({
      after: query.after,
      limit: query.limit,
      matching: query.q || undefined,
      within: visit.access?.key.groups,
    });
    return json({ groups: await summariesOf(groups, needs), next });
  },
});

const createGroup = route({
  method: 'POST',
  path: '/api/v1/groups',
  summary: 'Create a profiling group',
  right: 'report',
  query: z.object({}),
  body: { 'application/json': NewGroupBody },
  answers: {
    201: {
      description: 'Created',
      content: { 'application/json': GroupSummary },
    },
  },
  answer: async ({ visit, needs }) => {
    const body = await smallBody(NewGroupBody, visit, needs);
    visit.group = body.name;
    refuseOtherGroup(visit, body.name);
    const group = await needs.catalog.createGroup({ ...body, profilingEnabled: true });
    return json(await summaryOf(group, needs), 201);
  },
});

const describeGroup = route({
  method: 'GET',
  path: '/api/v1/groups/{group}',
  summary: 'One group: measures, labels and facts of a range',
  query: z.object({
    from: z.string().max(40).default('-1h').describe(`Where the range begins. ${timeForms}`),
    to: z.string().max(40).default('now').describe(`Where the range ends. ${timeForms}`),
  }),
  answers: { 200: { description: 'The group', content: { 'application/json': GroupDetail } } },
  answer: async ({ query, needs, group }) => {
    const found = await group();
    const nowMs = needs.now();
    const range = rangeOf(query, nowMs);
    const tier = tierFor(range, await needs.store.keptFrom());
    const [summary, measures, labels, rows] = await Promise.all([
      summaryOf(found, needs),
      needs.store.measures(found.id, range),
      needs.store.labelValues(found.id, range, MAX_LABEL_VALUES),
      needs.store.instances(found.id, { ...range, tier }),
    ]);
    return json({
      ...summary,
      ...range,
      measures: measureInfos(measures),
      labels: Object.fromEntries(
        Object.entries(labels).map(([name, values]) => [name, [...values]]),
      ),
      facts: groupFacts(rows),
    } satisfies GroupDetail);
  },
});

const changeGroup = route({
  method: 'PATCH',
  path: '/api/v1/groups/{group}',
  summary: 'Pause or resume profiling',
  query: z.object({}),
  body: { 'application/json': GroupChange },
  answers: {
    200: { description: 'Changed', content: { 'application/json': GroupSummary } },
  },
  answer: async ({ visit, needs, group }) => {
    const { name } = await group();
    const change = await smallBody(GroupChange, visit, needs);
    const changed = await needs.catalog.updateGroup(name, change);
    if (!changed) throw new Problem('unknown-group');
    return json(await summaryOf(changed, needs));
  },
});

const deleteGroup = route({
  method: 'DELETE',
  path: '/api/v1/groups/{group}',
  summary: 'Delete a group and everything that was profiled of it',
  query: z.object({}),
  answers: { 204: { description: 'Deleted' } },
  answer: async ({ needs, group }) => {
    await removeGroup((await group()).name, needs);
    return new Response(null, { status: 204 });
  },
});

export const groupRoutes: readonly Route[] = [
  listGroups,
  createGroup,
  describeGroup,
  changeGroup,
  deleteGroup,
];

async function summaryOf(group: Group, needs: Needs): Promise<GroupSummary> {
  const [summary] = await summariesOf([group], needs);
  if (!summary) throw new Error('A group has a summary.');
  return summary;
}

/** With one question to the store, however many groups a page has. */
async function summariesOf(
  groups: readonly Group[],
  { store, now }: Needs,
): Promise<GroupSummary[]> {
  const nowMs = now();
  const toMs = Math.ceil(nowMs / tierMs.PT5M) * tierMs.PT5M;
  const lastHour = { fromMs: toMs - HOUR_MS, toMs };
  // A group that has been silent for the hour has nothing to read.
  const heard = groups.filter(({ profileReportedMs = 0 }) => profileReportedMs >= lastHour.fromMs);
  const ids = heard.map(({ id }) => id);
  const rowsOf = await store.instancesOfGroups(ids, { ...lastHour, tier: 'PT5M' });
  return groups.map((group) => summary(group, rowsOf.get(group.id) ?? [], nowMs));
}

/** `rows`: of the last hour. */
function summary(group: Group, rows: readonly InstanceRow[], nowMs: number): GroupSummary {
  const stepMs = tierMs.PT5M;
  const fromMs = Math.ceil(nowMs / stepMs) * stepMs - HOUR_MS;
  const { name, computePlatform, profilingEnabled, tags, createdMs } = group;
  return {
    name,
    computePlatform,
    profilingEnabled,
    tags: { ...tags },
    createdMs,
    status: statusOf(group, nowMs),
    lastAgentMs: group.agentOrchestratedMs,
    lastProfileMs: group.profileReportedMs,
    instances: liveInstances(rows, { stepMs, nowMs }),
    runtimes: [...new Set(rows.map((row) => row.runtime))].sort(),
    cpuCores: coresPerBucket(rows, { fromMs, stepMs, buckets: HOUR_MS / stepMs }),
  };
}

function statusOf(group: Group, nowMs: number): GroupSummary['status'] {
  if (!group.profilingEnabled) return 'paused';
  if (group.profileReportedMs === undefined) return 'waiting';
  return nowMs - group.profileReportedMs <= REPORTING_MS ? 'reporting' : 'stale';
}

function measureInfos(summaries: readonly MeasureSummary[]): GroupDetail['measures'] {
  const byId = new Map<string, GroupDetail['measures'][number]>();
  for (const { measure, state, total, count } of summaries) {
    const { id, unit, temporality } = measure;
    const known = byId.get(id) ?? { measure: id, unit, temporality, states: [] };
    known.states.push({ state, total, count });
    byId.set(id, known);
  }
  return [...byId.values()];
}
