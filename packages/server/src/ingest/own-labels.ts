import { createHash } from 'node:crypto';
import type { Labels } from '@everflame/model';
import type { GroupId, PreparedProfile } from '../storage/profile-store.ts';
import { keyOfLabels, leftOut } from './dimensions.ts';

const DAY_MS = 86_400_000;
/** Each is one more copy of a group's trees. */
const MAX_OF_GROUP = 64;
/** Of all groups. Whoever makes up groups as well is not followed either. */
const MAX_OF_ALL = 50_000;

/**
 * Which labels of the uploaders' own choice profiles are sliced by: any, while a group has few combinations of them a
 * UTC day. A build number is as good as a colour; the id of a request is one for an hour, and then no more.
 */
export class OwnLabels {
  #day = -1;
  #count = 0;
  readonly #seen = new Map<GroupId, Set<string>>();

  /** Whether profiles with these labels may have them. */
  take(group: GroupId, labels: Labels, nowMs: number): boolean {
    this.#turn(Math.floor(nowMs / DAY_MS));
    // Names and values are texts of strangers, of any length together; their hash is short.
    const key = createHash('sha256').update(keyOfLabels(labels)).digest('base64').slice(0, 22);
    const seen = this.#seen.get(group) ?? new Set();
    if (seen.has(key)) return true;
    if (seen.size >= MAX_OF_GROUP || this.#count >= MAX_OF_ALL) return false;
    this.#seen.set(group, seen.add(key));
    this.#count++;
    return true;
  }

  #turn(day: number): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#count = 0;
    this.#seen.clear();
  }
}

export const tooManyCombinations = (labels: Labels): string =>
  leftOut(
    Object.keys(labels),
    `the group has had ${MAX_OF_GROUP} combinations of such labels today, and more are not kept apart`,
  );

/** Where samples have a label of that name, they know better. */
export function withOwnLabels(profile: PreparedProfile, labels: Labels): PreparedProfile {
  const taken = new Set(profile.series.flatMap((one) => Object.keys(one.labels)));
  const free = Object.fromEntries(Object.entries(labels).filter(([name]) => !taken.has(name)));
  const series = profile.series.map((one) => ({ ...one, labels: { ...one.labels, ...free } }));
  return { ...profile, series };
}
