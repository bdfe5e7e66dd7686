import { Problem } from '@everflame/model';
import type { Catalog, ComputePlatform, Group, GroupPage, NewGroup } from './catalog.ts';
import type { GroupId } from './profile-store.ts';
import type { Sql, SqlRow } from './sql.ts';

export interface SqlCatalogParts {
  readonly sql: Sql;
  readonly now: () => number;
  /** Closes what `sql` speaks to. */
  readonly close: () => Promise<void>;
}

/** Activity is written at most this often: it is noted with every call of every agent, and only the newest counts. */
const flushAfterMs = 1000;
const groupsPerWrite = 100;

const selectGroups = `SELECT g.*, a.agent_orchestrated_ms, a.profile_reported_ms
  FROM profiling_groups g LEFT JOIN group_activity a ON a.group_id = g.id`;

interface Activity {
  agentOrchestratedMs?: number;
  profileReportedMs?: number;
}

/** The Catalog over any database that speaks `Sql`. */
export class SqlCatalog implements Catalog {
  readonly #parts: SqlCatalogParts;
  /** What was noted and is not written yet. */
  #activity = new Map<GroupId, Activity>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: SqlCatalogParts) {
    this.#parts = parts;
  }

  async createGroup(group: NewGroup): Promise<Group> {
    const { name, computePlatform, profilingEnabled, tags, clientToken } = group;
    const content = JSON.stringify([
      computePlatform,
      profilingEnabled,
      Object.entries(tags).sort(),
    ]);
    const nowMs = this.#parts.now();
    return this.#parts.sql.transaction(async (sql) => {
      const [existing] = await sql.query(`${selectGroups} WHERE g.name = $1`, [name]);
      if (existing !== undefined) {
        const repeated = clientToken !== undefined && existing.client_token === clientToken;
        if (repeated && existing.content === content) return this.#group(existing);
        throw new Problem('group-exists', `There is a profiling group named ${name} already.`);
      }
      const id = await nextId(sql);
      await sql.query('INSERT INTO profiling_groups VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
        id,
        name,
        computePlatform,
        profilingEnabled ? 1 : 0,
        JSON.stringify(tags),
        clientToken ?? null,
        content,
        nowMs,
        nowMs,
      ]);
      return {
        id,
        name,
        computePlatform,
        profilingEnabled,
        tags,
        createdMs: nowMs,
        updatedMs: nowMs,
      };
    });
  }

  async group(name: string): Promise<Group | undefined> {
    const [row] = await this.#parts.sql.query(`${selectGroups} WHERE g.name = $1`, [name]);
    return row === undefined ? undefined : this.#group(row);
  }

  async groups(page: {
    readonly after?: string | undefined;
    readonly limit: number;
    readonly matching?: string | undefined;
  }): Promise<GroupPage> {
    const { after = '', limit, matching = '' } = page;
    const rows = await this.#parts.sql.query(
      `${selectGroups} WHERE g.name > $1 AND strpos(lower(g.name), lower($2)) > 0
       ORDER BY g.name LIMIT $3`,
      [after, matching, limit + 1],
    );
    const groups = rows.slice(0, limit).map((row) => this.#group(row));
    return { groups, next: rows.length > limit ? groups.at(-1)?.name : undefined };
  }

  async updateGroup(
    name: string,
    change: { readonly profilingEnabled: boolean },
  ): Promise<Group | undefined> {
    return this.#parts.sql.transaction(async (sql) => {
      await sql.query(
        'UPDATE profiling_groups SET profiling_enabled = $1, updated_ms = $2 WHERE name = $3',
        [change.profilingEnabled ? 1 : 0, this.#parts.now(), name],
      );
      const [row] = await sql.query(`${selectGroups} WHERE g.name = $1`, [name]);
      return row === undefined ? undefined : this.#group(row);
    });
  }

  async deleteGroup(name: string): Promise<GroupId | undefined> {
    return this.#parts.sql.transaction(async (sql) => {
      const [row] = await sql.query('DELETE FROM profiling_groups WHERE name = $1 RETURNING id', [
        name,
      ]);
      if (row === undefined) return undefined;
      const id = Number(row.id);
      await sql.query('DELETE FROM group_activity WHERE group_id = $1', [id]);
      this.#activity.delete(id);
      return id;
    });
  }

  noteAgentSeen(group: GroupId, atMs: number): void {
    const activity = this.#noted(group);
    activity.agentOrchestratedMs = Math.max(activity.agentOrchestratedMs ?? 0, atMs);
  }

  noteProfileReported(group: GroupId, atMs: number): void {
    const activity = this.#noted(group);
    activity.profileReportedMs = Math.max(activity.profileReportedMs ?? 0, atMs);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#flush();
    await this.#parts.close();
  }

  #noted(group: GroupId): Activity {
    // A failure to write is heard of when the same is tried again on close; what was noted stays noted.
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush().catch(() => undefined);
    }, flushAfterMs).unref();
    const activity = this.#activity.get(group) ?? {};
    this.#activity.set(group, activity);
    return activity;
  }

  async #flush(): Promise<void> {
    const noted = this.#activity;
    if (noted.size === 0) return;
    this.#activity = new Map();
    try {
      await this.#parts.sql.transaction(async (sql) => {
        const all = [...noted];
        for (let at = 0; at < all.length; at += groupsPerWrite) {
          await write(sql, all.slice(at, at + groupsPerWrite));
        }
      });
    } catch (cause) {
      for (const [group, { agentOrchestratedMs, profileReportedMs }] of noted) {
        if (agentOrchestratedMs !== undefined) this.noteAgentSeen(group, agentOrchestratedMs);
        if (profileReportedMs !== undefined) this.noteProfileReported(group, profileReportedMs);
      }
      throw cause;
    }
  }

  /** With what was noted since the last write, so that a reader sees his own call. */
  #group(row: SqlRow): Group {
    const id = Number(row.id);
    const noted = this.#activity.get(id);
    return {
      id,
      name: String(row.name),
      computePlatform: row.compute_platform as ComputePlatform,
      profilingEnabled: row.profiling_enabled === 1,
      tags: JSON.parse(String(row.tags)) as Record<string, string>,
      createdMs: Number(row.created_ms),
      updatedMs: Number(row.updated_ms),
      agentOrchestratedMs: newest(row.agent_orchestrated_ms, noted?.agentOrchestratedMs),
      profileReportedMs: newest(row.profile_reported_ms, noted?.profileReportedMs),
    };
  }
}

function newest(
  written: SqlRow[string] | undefined,
  noted: number | undefined,
): number | undefined {
  const newer = Math.max(Number(written ?? 0), noted ?? 0);
  return newer === 0 ? undefined : newer;
}

/** Never given out twice, whatever was deleted: profiles are found by it. */
async function nextId(sql: Sql): Promise<GroupId> {
  const [row] = await sql.query(
    `INSERT INTO sequences VALUES ('group', 1)
     ON CONFLICT (name) DO UPDATE SET value = sequences.value + 1 RETURNING value`,
  );
  return Number(row?.value);
}

/** Of groups that are still there, and never back in time. */
async function write(sql: Sql, noted: readonly (readonly [GroupId, Activity])[]): Promise<void> {
  const rows = noted.map((_, row) => {
    const places = [1, 2, 3].map((column) => `CAST($${row * 3 + column} AS BIGINT)`);
    return `(${places.join(', ')})`;
  });
  await sql.query(
    `INSERT INTO group_activity
       SELECT g.id, noted.seen_ms, noted.reported_ms
       FROM (VALUES ${rows.join(', ')}) AS noted (id, seen_ms, reported_ms)
       JOIN profiling_groups g ON g.id = noted.id
     ON CONFLICT (group_id) DO UPDATE SET
       agent_orchestrated_ms = GREATEST(group_activity.agent_orchestrated_ms, EXCLUDED.agent_orchestrated_ms),
       profile_reported_ms = GREATEST(group_activity.profile_reported_ms, EXCLUDED.profile_reported_ms)`,
    noted.flatMap(([group, { agentOrchestratedMs = null, profileReportedMs = null }]) => [
      group,
      agentOrchestratedMs,
      profileReportedMs,
    ]),
  );
}
