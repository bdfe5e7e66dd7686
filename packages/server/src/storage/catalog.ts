import type { Channels } from './channels.ts';
import type { Findings } from './findings.ts';
import type { Fleet } from './fleet.ts';
import type { Keys } from './keys.ts';
import type { Policies } from './policies.ts';
import type { GroupId } from './profile-store.ts';

export type ComputePlatform = 'Default' | 'AWSLambda';
export type Tags = Readonly<Record<string, string>>;

/** A profiling group: the unit of aggregation, usually one application or service. */
export interface Group {
  readonly id: GroupId;
  /** `^[\w-]+$`, 1 to 255 characters. */
  readonly name: string;
  readonly computePlatform: ComputePlatform;
  readonly profilingEnabled: boolean;
  readonly tags: Tags;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Last ConfigureAgent. */
  readonly agentOrchestratedMs?: number | undefined;
  /** Last PostAgentProfile or upload. */
  readonly profileReportedMs?: number | undefined;
}

export interface NewGroup {
  readonly name: string;
  readonly computePlatform: ComputePlatform;
  readonly profilingEnabled: boolean;
  readonly tags: Tags;
  /** The same token with the same content answers the group that it created. */
  readonly clientToken?: string | undefined;
}

export interface GroupPage {
  readonly groups: readonly Group[];
  /** Name to continue after. */
  readonly next?: string | undefined;
}

/** Groups and what belongs to them. Small, relational, one implementation over `Sql`. */
export interface Catalog {
  /** Throws Problem('group-exists' | 'too-many-groups'). */
  createGroup(group: NewGroup): Promise<Group>;
  group(name: string): Promise<Group | undefined>;
  /** By name, ascending. `matching`: case-insensitive substring of the name. `within`: as the groups of a key. */
  groups(page: {
    readonly after?: string | undefined;
    readonly limit: number;
    readonly matching?: string | undefined;
    readonly within?: readonly string[] | undefined;
  }): Promise<GroupPage>;
  /** Undefined where there is no such group. */
  updateGroup(
    name: string,
    change: { readonly profilingEnabled: boolean },
  ): Promise<Group | undefined>;
  /** What `change` makes of the tags, in one transaction. Undefined where there is no such group. */
  changeTags(name: string, change: (tags: Tags) => Tags): Promise<Group | undefined>;
  /** The group's id, whose profiles are to be deleted; undefined where there was none. */
  deleteGroup(name: string): Promise<GroupId | undefined>;
  /** Remembers the newest of each; cheap enough for every call (written in batches). */
  noteAgentSeen(group: GroupId, atMs: number): void;
  noteProfileReported(group: GroupId, atMs: number): void;
  readonly fleet: Fleet;
  readonly policies: Policies;
  readonly channels: Channels;
  readonly findings: Findings;
  readonly keys: Keys;
  close(): Promise<void>;
}
