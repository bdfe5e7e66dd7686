import { AgentList, GroupSettings, timeForms } from '@everflame/api';
import { z } from 'zod';
import { timeOf } from '../query/time.ts';
import { unknownGroup } from '../remove-group.ts';
import type { Group } from '../storage/catalog.ts';
import type { AgentSeen, GroupSettings as FleetSettings } from '../storage/fleet.ts';
import { json, type Route, route, smallBody } from './route.ts';

/** An agent asks once a period, which is seldom longer. */
const SILENT_MS = 15 * 60_000;

const listAgents = route({
  method: 'GET',
  path: '/api/v1/groups/{group}/agents',
  summary: 'Instances of a group as they were last seen, and whether they profile',
  query: z.object({
    since: z.string().max(40).default('-1d').describe(`Instances seen since. ${timeForms}`),
    limit: z.coerce.number().int().min(1).max(10_000).default(1000).describe('Instances at most.'),
  }),
  answers: { 200: { description: 'By name', content: { 'application/json': AgentList } } },
  answer: async ({ query, needs, group }) => {
    const found = await group();
    const { fleet } = needs.catalog;
    const nowMs = needs.now();
    const since = timeOf(query.since, 'since', nowMs);
    const [seen, settings] = await Promise.all([
      fleet.agents(found.id, since, query.limit + 1),
      fleet.settings(found.id),
    ]);
    return json({
      agents: seen.slice(0, query.limit).map((agent) => {
        const rests = restOf(agent, { group: found, settings, nowMs });
        return { ...agent, isProfiling: rests === undefined, rests };
      }),
      isCut: seen.length > query.limit,
    } satisfies AgentList);
  },
});

interface Now {
  readonly group: Group;
  readonly settings: FleetSettings;
  readonly nowMs: number;
}

function restOf(
  { askedMs, isProfiling }: AgentSeen,
  { group, settings, nowMs }: Now,
): AgentList['agents'][number]['rests'] {
  if (askedMs === undefined) return 'never-asked';
  if (nowMs - askedMs > Math.max(SILENT_MS, 2000 * (settings.periodSeconds ?? 0))) return 'silent';
  if (isProfiling) return undefined;
  if (!group.profilingEnabled) return 'paused';
  return settings.instances === undefined ? 'asks-again' : 'not-its-turn';
}

const readSettings = route({
  method: 'GET',
  path: '/api/v1/groups/{group}/settings',
  summary: 'How the agents of a group profile',
  query: z.object({}),
  answers: { 200: { description: 'Settings', content: { 'application/json': GroupSettings } } },
  answer: async ({ needs, group }) => {
    const { id, profilingEnabled } = await group();
    const settings = await needs.catalog.fleet.settings(id);
    return json({ profilingEnabled, ...settings } satisfies GroupSettings);
  },
});

const writeSettings = route({
  method: 'PUT',
  path: '/api/v1/groups/{group}/settings',
  summary: 'Say how the agents of a group profile; what is left out is up to them again',
  query: z.object({}),
  body: { 'application/json': GroupSettings },
  answers: { 200: { description: 'As set', content: { 'application/json': GroupSettings } } },
  answer: async ({ visit, needs, group }) => {
    const { id, name } = await group();
    const wished = await smallBody(GroupSettings, visit, needs);
    const { profilingEnabled, ...settings } = wished;
    await needs.catalog.fleet.setSettings(id, settings);
    // The group may be gone since it was looked for.
    const changed = await needs.catalog.updateGroup(name, { profilingEnabled });
    if (!changed) throw unknownGroup(name);
    return json(wished satisfies GroupSettings);
  },
});

export const fleetRoutes: readonly Route[] = [listAgents, readSettings, writeSettings];
