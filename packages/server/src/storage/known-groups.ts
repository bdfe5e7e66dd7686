import type { Group } from './catalog.ts';
import { newest } from './newest.ts';
import type { GroupId } from './profile-store.ts';

/** Some hundred bytes each. */
const MAX_GROUPS = 10_000;

/**
 * Groups as they were last read or written, by name: every request asks for one, and the database takes three
 * milliseconds to say the same again, more while it writes.
 */
export class KnownGroups {
  readonly #groups = new Map<string, Group>();
  readonly #names = new Map<GroupId, string>();
  #changes = 0;

  /** Undefined: not known, which is not to say that there is none. */
  get(name: string): Group | undefined {
    return this.#groups.get(name);
  }

  /** Reads a group and keeps it, unless groups changed meanwhile: then what was read may be what was before. */
  async read(load: () => Promise<Group | undefined>): Promise<Group | undefined> {
    const changes = this.#changes;
    const group = await load();
    if (group !== undefined && changes === this.#changes) this.#keep(group);
    return group;
  }

  /** Changes a group, which is read anew afterwards. */
  async change<T>(name: string, change: () => Promise<T>): Promise<T> {
    try {
      return await change();
    } finally {
      this.#changes++;
      this.#forget(name);
    }
  }

  noteActivity(
    id: GroupId,
    {
      agentOrchestratedMs,
      profileReportedMs,
    }: Pick<Group, 'agentOrchestratedMs' | 'profileReportedMs'>,
  ): void {
    const group = this.#groups.get(this.#names.get(id) ?? '');
    if (!group) return;
    this.#groups.set(group.name, {
      ...group,
      agentOrchestratedMs: newest(group.agentOrchestratedMs, agentOrchestratedMs),
      profileReportedMs: newest(group.profileReportedMs, profileReportedMs),
    });
  }

  #keep(group: Group): void {
    const [oldest] = this.#groups.keys();
    if (this.#groups.size >= MAX_GROUPS && oldest !== undefined) this.#forget(oldest);
    this.#groups.set(group.name, group);
    this.#names.set(group.id, group.name);
  }

  #forget(name: string): void {
    const group = this.#groups.get(name);
    if (!group) return;
    this.#groups.delete(name);
    this.#names.delete(group.id);
  }
}
