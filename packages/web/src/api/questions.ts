import type {
  GroupDetail,
  GroupList,
  GroupSummary,
  Hotspots,
  InstanceList,
  SearchAnswer,
  ServerStatus,
  Timeline,
  UploadAnswer,
} from '@everflame/api';
import { paths, profileTreeType } from '@everflame/api/paths';
import { decodeProfileTree } from '@everflame/api/profile-tree';
import { type FlameTree, flameTree } from '../flame/flame-tree.ts';
import { address, answer, Failure, json, type Query } from './client.ts';

type Asked<T> = (url: string, signal: AbortSignal) => Promise<T>;

/** What the server is asked. Every address comes from `address`, so a key says what was asked. */
export const ask = {
  status: json<ServerStatus> satisfies Asked<ServerStatus>,
  groups: json<GroupList> satisfies Asked<GroupList>,
  group: json<GroupDetail> satisfies Asked<GroupDetail>,
  timeline: json<Timeline> satisfies Asked<Timeline>,
  hotspots: json<Hotspots> satisfies Asked<Hotspots>,
  search: json<SearchAnswer> satisfies Asked<SearchAnswer>,
  instances: json<InstanceList> satisfies Asked<InstanceList>,
} as const;

export async function askFlame(url: string, signal: AbortSignal): Promise<FlameTree> {
  const response = await answer(url, { signal, headers: { accept: profileTreeType } });
  return flameTree(decodeProfileTree(await response.arrayBuffer()));
}

export const groupsAddress = (search: string, after: string | undefined): string =>
  address(paths.groups, [
    ['q', search || undefined],
    ['after', after],
    ['limit', 100],
  ]);

export const viewAddress = (path: string, view: Query, more: Query = []): string =>
  address(path, [...view, ...more]);

export async function setProfiling(
  group: string,
  profilingEnabled: boolean,
): Promise<GroupSummary> {
  const response = await answer(paths.group(group), {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ profilingEnabled }),
  });
  return (await response.json()) as GroupSummary;
}

/** Makes the group unless it is there. */
export async function createGroup(name: string): Promise<void> {
  try {
    await answer(paths.groups, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
  } catch (cause) {
    if (!(cause instanceof Failure && cause.code === 'group-exists')) throw cause;
  }
}

export async function uploadProfile(group: string, file: File): Promise<UploadAnswer> {
  const response = await answer(paths.profiles(group), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  });
  return (await response.json()) as UploadAnswer;
}
