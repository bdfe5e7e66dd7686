import { Problem } from '@everflame/model';
import type { Catalog, ComputePlatform, Group, GroupPage, NewGroup, Tags } from './catalog.ts';
import { isNamed } from './is-named.ts';
import { KnownGroups } from './known-groups.ts';
import { newest } from './newest.ts';
import type { GroupId } from './profile-store.ts';
import type { Sql, SqlRow, SqlValue } from './sql.ts';
import { SqlChannels } from './sql-channels.ts';
import { SqlFindings } from './sql-findings.ts';
import { forgetFleet, SqlFleet } from './sql-fleet.ts';
import type { SqlKeys } from './sql-keys.ts';
import { SqlPolicies } from './sql-policies.ts';
import { WriteBehind } from './write-behind.ts';

export interface SqlCatalogParts {
  readonly sql: Sql;
  readonly now: () => number;
  readonly maxGroups: number;
  readonly keys: SqlKeys;
  /** Closes what `sql` speaks to. */
  readonly close: () => Promise<void>;
}

const MAX_ACTIVE_GROUPS = 100_000;

/** What belongs to a group and ends with it. */
const partTables = [
  'group_activity',
  'policies',
  'channels',
  'findings_reports',
  'anomalies',
  'anomaly_instances',
];

const selectGroups = `SELECT g.*, a.agent_orchestrated_ms, a.profile_reported_ms
  FROM profiling_groups g LEFT JOIN group_activity a ON a.group_id = g.id`;

interface Activity {
  readonly agentOrchestratedMs?: number | undefined;
  readonly profileReportedMs?: number | undefined;
}

/** The Catalog over any database that speaks `Sql`. */
export class SqlCatalog implements Catalog {
  readonly #parts: SqlCatalogParts;
  readonly #activity: WriteBehind<GroupId, Activity>;
  readonly #known = new KnownGroups();
  readonly fleet: SqlFleet;
  readonly policies: SqlPolicies;
  readonly channels: SqlChannels;
  readonly findings: SqlFindings;
  readonly keys: SqlKeys;

  constructor(parts: SqlCatalogParts) {
    this.#parts = parts;
    const { sql } = parts;
    this.#activity = new WriteBehind({ sql, merged, write, maxWaiting: MAX_ACTIVE_GROUPS });
    this.fleet = new SqlFleet(sql);
    this.policies = new SqlPolicies(sql);
    this.channels = new SqlChannels(sql);
    this.findings = new SqlFindings(sql);
    this.keys = parts.keys;
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
      await this.#refuseTooMany(sql);
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
    return (
      this.#known.get(name) ??
      (await this.#known.read(async () => {
        const [row] = await this.#parts.sql.query(`${selectGroups} WHERE g.name = $1`, [name]);
        return row === undefined ? undefined : this.#group(row);
      }))
    );
  }

  async groups(page: {
    readonly after?: string | undefined;
    readonly limit: number;
    readonly matching?: string | undefined;
    readonly within?: readonly string[] | undefined;
  }): Promise<GroupPage> {
    const { after = '', limit, matching = '', within } = page;
    const values: SqlValue[] = [after, matching, limit + 1];
    const place = (value: SqlValue) => `$${values.push(value)}`;
    const isSeen = within === undefined ? 'TRUE' : isNamed('g.name', within, place);
    const rows = await this.#parts.sql.query(
      `${selectGroups} WHERE g.name > $1 AND strpos(lower(g.name), lower($2)) > 0 AND ${isSeen}
       ORDER BY g.name LIMIT $3`,
      values,
    );
    const groups = rows.slice(0, limit).map((row) => this.#group(row));
    return { groups, next: rows.length > limit ? groups.at(-1)?.name : undefined };
  }

  async updateGroup(
    name: string,
    change: { readonly profilingEnabled: boolean },
  ): Promise<Group | undefined> {
    return this.#changing(name, async (sql) => {
      await sql.query(
        'UPDATE profiling_groups SET profiling_enabled = $1, updated_ms = $2 WHERE name = $3',
        [change.profilingEnabled ? 1 : 0, this.#parts.now(), name],
      );
      const [row] = await sql.query(`${selectGroups} WHERE g.name = $1`, [name]);
      return row === undefined ? undefined : this.#group(row);
    });
  }

  async changeTags(name: string, change: (tags: Tags) => Tags): Promise<Group | undefined> {
    return this.#changing(name, async (sql) => {
      const [row] = await sql.query(`${selectGroups} WHERE g.name = $1`, [name]);
      if (row === undefined) return undefined;
      const tags = JSON.stringify(change(this.#group(row).tags));
      await sql.query('UPDATE profiling_groups SET tags = $1 WHERE name = $2', [tags, name]);
      return this.#group({ ...row, tags });
    });
  }

  async deleteGroup(name: string): Promise<GroupId | undefined> {
    const deleted = await this.#changing(name, async (sql) => {
      const [row] = await sql.query('DELETE FROM profiling_groups WHERE name = $1 RETURNING id', [
        name,
      ]);
      if (row === undefined) return undefined;
      const id = Number(row.id);
      for (const table of partTables) {
        await sql.query(`DELETE FROM ${table} WHERE group_id = $1`, [id]);
      }
      await forgetFleet(sql, id);
      this.#activity.forget(id);
      return id;
    });
    if (deleted !== undefined) this.fleet.forgetSettings(deleted);
    return deleted;
  }

  noteAgentSeen(group: GroupId, atMs: number): void {
    this.#note(group, { agentOrchestratedMs: atMs });
  }

  noteProfileReported(group: GroupId, atMs: number): void {
    this.#note(group, { profileReportedMs: atMs });
  }

  async close(): Promise<void> {
    await this.#activity.close();
    await this.fleet.close();
    await this.keys.close();
    await this.#parts.close();
  }

  #note(group: GroupId, activity: Activity): void {
    this.#activity.note(group, activity);
    this.#known.noteActivity(group, activity);
  }

  #changing<T>(name: string, run: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#known.change(name, () => this.#parts.sql.transaction(run));
  }

  async #refuseTooMany(sql: Sql): Promise<void> {
    const { maxGroups } = this.#parts;
    const [row] = await sql.query('SELECT count(*) AS groups FROM profiling_groups');
    if (Number(row?.groups) < maxGroups) return;
    throw new Problem(
      'too-many-groups',
      `This server has its ${maxGroups} profiling groups already.`,
    );
  }

  /** With what was noted since the last write, so that a reader sees his own call. */
  #group(row: SqlRow): Group {
    const id = Number(row.id);
    const noted = this.#activity.noted(id);
    return {
      id,
      name: String(row.name),
      computePlatform: row.compute_platform as ComputePlatform,
      profilingEnabled: row.profiling_enabled === 1,
      tags: JSON.parse(String(row.tags)) as Record<string, string>,
      createdMs: Number(row.created_ms),
      updatedMs: Number(row.updated_ms),
      agentOrchestratedMs: newest(msOf(row.agent_orchestrated_ms), noted?.agentOrchestratedMs),
      profileReportedMs: newest(msOf(row.profile_reported_ms), noted?.profileReportedMs),
    };
  }
}

const merged = (older: Activity, newer: Activity): Activity => ({
  agentOrchestratedMs: newest(older.agentOrchestratedMs, newer.agentOrchestratedMs),
  profileReportedMs: newest(older.profileReportedMs, newer.profileReportedMs),
});

const msOf = (value: SqlRow[string] | undefined): number | undefined =>
  value === undefined || value === null ? undefined : Number(value);

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
