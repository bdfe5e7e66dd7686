import type { Needs } from '../needs.ts';
import type { Group } from '../storage/catalog.ts';
import { type Tier, tierMs, tiers } from '../storage/profile-store.ts';

const ACCOUNT = '000000000000';
const DEFAULT_REGION = 'us-east-1';

/** The region of a request's credential scope; clients of this server choose it freely. */
export function regionOf(request: Request): string {
  const authorization = request.headers.get('authorization') ?? '';
  const { searchParams } = new URL(request.url);
  const credential =
    /Credential=([^,\s]+)/.exec(authorization)?.[1] ?? searchParams.get('X-Amz-Credential') ?? '';
  return /^[^/]+\/\d{8}\/([a-z0-9-]{1,32})\//.exec(credential)?.[1] ?? DEFAULT_REGION;
}

export const arnOf = (name: string, region: string): string =>
  `arn:aws:codeguru-profiler:${region}:${ACCOUNT}:profilingGroup/${name}`;

/** A ProfilingGroupDescription. */
export async function description(
  group: Group,
  request: Request,
  needs: Pick<Needs, 'store' | 'now'>,
): Promise<object> {
  const latest = await latestBucket(group, needs);
  return {
    name: group.name,
    arn: arnOf(group.name, regionOf(request)),
    computePlatform: group.computePlatform,
    createdAt: iso(group.createdMs),
    updatedAt: iso(group.updatedMs),
    agentOrchestrationConfig: { profilingEnabled: group.profilingEnabled },
    profilingStatus: {
      latestAgentOrchestratedAt: iso(group.agentOrchestratedMs),
      latestAgentProfileReportedAt: iso(group.profileReportedMs),
      latestAggregatedProfile:
        latest === undefined ? undefined : { start: iso(latest.startMs), period: latest.period },
    },
    tags: group.tags,
  };
}

/** The newest aggregated profile, of the finest period that still has one. */
export async function latestBucket(
  group: Group,
  { store, now }: Pick<Needs, 'store' | 'now'>,
): Promise<{ readonly startMs: number; readonly period: Tier } | undefined> {
  // A group that never reported has no bucket; most of a fresh list are such.
  if (group.profileReportedMs === undefined) return undefined;
  const toMs = now() + tierMs.PT1H;
  for (const period of tiers) {
    const [startMs] = await store.bucketStarts(group.id, {
      ...{ fromMs: 0, toMs, tier: period },
      ...{ order: 'descending', limit: 1 },
    });
    if (startMs !== undefined) return { startMs, period };
  }
  return undefined;
}

export function iso(ms: number): string;
export function iso(ms: number | undefined): string | undefined;
export function iso(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
