import type { GroupId } from './profile-store.ts';

/** Who, beside keys that may anyway, may let agents report into a group. */
export interface Policy {
  /** New with every change: a change names the one it knows. */
  readonly revisionId: string;
  /** ARNs of users and roles. */
  readonly principals: readonly string[];
}

/** Resource policies, at most one per group. */
export interface Policies {
  policy(group: GroupId): Promise<Policy | undefined>;
  /**
   * Replaces all principals. `known` is the revision that the caller saw, undefined for "there is none yet".
   * Throws Problem('revision-conflict') where it is another.
   */
  put(group: GroupId, principals: readonly string[], known: string | undefined): Promise<Policy>;
  /** Throws Problem('no-such-policy' | 'revision-conflict'). The policy that is left names nobody. */
  remove(group: GroupId, known: string): Promise<Policy>;
}
