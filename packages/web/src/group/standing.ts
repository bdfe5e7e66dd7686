import type { GroupSummary } from '@everflame/api';

export type Standing = 'reporting' | 'waiting' | 'silent' | 'uploads' | 'paused';

const periods = 3;

/** Our agent sends once a minute, those of AWS every five; both may be told otherwise. */
export function silentAfterMs({ runtimes }: Pick<GroupSummary, 'runtimes'>): number {
  const isOurs = runtimes.length > 0 && runtimes.every((runtime) => runtime.startsWith('nodejs'));
  return periods * (isOurs ? 60_000 : 300_000);
}

/** What a reader wants to know of a group: whether more will come, and if not, why. */
export function standing(group: GroupSummary, nowMs: number): Standing {
  if (group.status === 'paused' || group.status === 'waiting') return group.status;
  if (group.lastAgentMs === undefined) return 'uploads';
  const { lastProfileMs = 0 } = group;
  return nowMs - lastProfileMs > silentAfterMs(group) ? 'silent' : 'reporting';
}
