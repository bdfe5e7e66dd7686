import type { GroupId } from './profile-store.ts';

/** An instance that asked for its orders or reported. */
export interface AgentSeen {
  readonly instance: string;
  /** User agent or agent type, with its version. */
  readonly agent: string;
  /** Last ConfigureAgent. */
  readonly askedMs?: number | undefined;
  /** Last profile. */
  readonly reportedMs?: number | undefined;
  /** What it was told when it asked last. */
  readonly isProfiling?: boolean | undefined;
}

/** How agents of a group profile; what is left out is up to the kind of agent. */
export interface GroupSettings {
  readonly samplingIntervalMs?: number | undefined;
  readonly periodSeconds?: number | undefined;
  /** So many instances profile at a time, in turn; undefined: all. */
  readonly instances?: number | undefined;
  /** How long a turn lasts; default 900. */
  readonly turnSeconds?: number | undefined;
}

/** Instances of groups, as they were last seen, and what they are told. */
export interface Fleet {
  /** Cheap enough for every call (written in batches); the newest counts. */
  note(group: GroupId, seen: AgentSeen): void;
  /** Those seen since, by instance, at most `limit`, what is noted and not written yet included. */
  agents(group: GroupId, sinceMs: number, limit: number): Promise<readonly AgentSeen[]>;
  /** How many instances of all groups asked for their orders since. */
  asking(sinceMs: number): Promise<number>;
  settings(group: GroupId): Promise<GroupSettings>;
  /** Instead of those before. Of a group that is not there they are nobody's. */
  setSettings(group: GroupId, settings: GroupSettings): Promise<void>;
  /** Forgets instances not seen since, and of a fleet of more than 200,000 those seen longest ago. */
  forgetBefore(ms: number): Promise<void>;
}
