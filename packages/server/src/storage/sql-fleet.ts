import type { AgentSeen, Fleet, GroupSettings } from './fleet.ts';
import { newest } from './newest.ts';
import type { GroupId } from './profile-store.ts';
import type { Sql, SqlRow, SqlValue } from './sql.ts';
import { WriteBehind } from './write-behind.ts';

/** A fleet of this many instances is told whole; of a larger one the table holds those that were seen last. */
const MAX_INSTANCES = 200_000;
/** Groups whose settings are kept in memory, a hundred bytes each. */
const MAX_SETTINGS = 100_000;
/** As long as the protocols let an instance's name be; a user agent may be of any length. */
const MAX_TEXT = 255;

/** The Fleet over any database that speaks `Sql`. What was noted is written before anything is read. */
export class SqlFleet implements Fleet {
  readonly #sql: Sql;
  readonly #notes: WriteBehind<string, Noted>;
  /** Asked for with every call of every agent, and seldom changed. */
  readonly #settings = new Map<GroupId, GroupSettings>();
  #changes = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#notes = new WriteBehind({ sql, merged, write, maxWaiting: MAX_INSTANCES });
  }

  note(group: GroupId, seen: AgentSeen): void {
    const instance = seen.instance.slice(0, MAX_TEXT);
    const agent = seen.agent.slice(0, MAX_TEXT);
    this.#notes.note(`${group} ${instance}`, { ...seen, group, instance, agent });
  }

  async agents(group: GroupId, sinceMs: number, limit: number): Promise<readonly AgentSeen[]> {
    await this.#notes.flush();
    const rows = await this.#sql.query(
      `SELECT * FROM agents WHERE group_id = $1 AND ${seenMs} >= $2 ORDER BY instance LIMIT $3`,
      [group, sinceMs, limit],
    );
    return rows.map(agentOf);
  }

  async asking(sinceMs: number): Promise<number> {
    await this.#notes.flush();
    const [row] = await this.#sql.query(
      'SELECT COUNT(*) AS instances FROM agents WHERE asked_ms >= $1',
      [sinceMs],
    );
    return Number(row?.instances);
  }

  async settings(group: GroupId): Promise<GroupSettings> {
    const known = this.#settings.get(group);
    if (known) return known;
    const changes = this.#changes;
    const [row] = await this.#sql.query('SELECT settings FROM group_settings WHERE group_id = $1', [
      group,
    ]);
    const settings = row === undefined ? {} : (JSON.parse(String(row.settings)) as GroupSettings);
    // What was read while settings changed may be what was before.
    if (changes === this.#changes) this.#keep(group, settings);
    return settings;
  }

  #keep(group: GroupId, settings: GroupSettings): void {
    const [oldest] = this.#settings.keys();
    if (this.#settings.size >= MAX_SETTINGS && oldest !== undefined) this.#settings.delete(oldest);
    this.#settings.set(group, settings);
  }

  async setSettings(group: GroupId, settings: GroupSettings): Promise<void> {
    try {
      await this.#sql.query(
        `INSERT INTO group_settings
           SELECT id, CAST($2 AS TEXT) FROM profiling_groups WHERE id = $1
         ON CONFLICT (group_id) DO UPDATE SET settings = EXCLUDED.settings`,
        [group, JSON.stringify(settings)],
      );
    } finally {
      this.forgetSettings(group);
    }
  }

  /** They are read anew: they were changed, or the group deleted. */
  forgetSettings(group: GroupId): void {
    this.#changes++;
    this.#settings.delete(group);
  }

  async forgetBefore(ms: number): Promise<void> {
    await this.#sql.query(
      `DELETE FROM agents WHERE ${seenMs} < $1 OR ${seenMs} <
         (SELECT ${seenMs} AS seen_ms FROM agents ORDER BY seen_ms DESC LIMIT 1 OFFSET $2)`,
      [ms, MAX_INSTANCES - 1],
    );
  }

  close(): Promise<void> {
    return this.#notes.close();
  }
}

/** Within the transaction that deletes the group. What is still noted of it finds no group when it is written. */
export async function forgetFleet(sql: Sql, group: GroupId): Promise<void> {
  await sql.query('DELETE FROM agents WHERE group_id = $1', [group]);
  await sql.query('DELETE FROM group_settings WHERE group_id = $1', [group]);
}

interface Noted extends AgentSeen {
  readonly group: GroupId;
}

const seenMs = 'GREATEST(COALESCE(asked_ms, 0), COALESCE(reported_ms, 0))';

/** What an agent says of itself with a profile is better than its user agent: that names the SDK it uses. */
function merged(older: Noted, newer: Noted): Noted {
  const isLatestAsking = newer.askedMs !== undefined && newer.askedMs >= (older.askedMs ?? 0);
  return {
    group: newer.group,
    instance: newer.instance,
    agent:
      newer.reportedMs === undefined && older.reportedMs !== undefined ? older.agent : newer.agent,
    askedMs: newest(older.askedMs, newer.askedMs),
    reportedMs: newest(older.reportedMs, newer.reportedMs),
    isProfiling: isLatestAsking ? newer.isProfiling : older.isProfiling,
  };
}

const columns = [
  ['group_id', 'BIGINT'],
  ['instance', 'TEXT'],
  ['agent', 'TEXT'],
  ['asked_ms', 'BIGINT'],
  ['reported_ms', 'BIGINT'],
  ['is_profiling', 'BIGINT'],
] as const;

/** As `merged`, in SQL; of groups that are still there. */
async function write(sql: Sql, notes: readonly (readonly [string, Noted])[]): Promise<void> {
  const rows = notes.map((_, row) => {
    const places = columns.map(
      ([, type], column) => `CAST($${row * columns.length + column + 1} AS ${type})`,
    );
    return `(${places.join(', ')})`;
  });
  const names = columns.map(([name]) => name);
  await sql.query(
    `INSERT INTO agents
       SELECT ${names.map((name) => `noted.${name}`).join(', ')}
       FROM (VALUES ${rows.join(', ')}) AS noted (${names.join(', ')})
       JOIN profiling_groups g ON g.id = noted.group_id
     ON CONFLICT (group_id, instance) DO UPDATE SET
       agent = CASE WHEN EXCLUDED.reported_ms IS NULL AND agents.reported_ms IS NOT NULL
         THEN agents.agent ELSE EXCLUDED.agent END,
       is_profiling = CASE WHEN EXCLUDED.asked_ms >= COALESCE(agents.asked_ms, 0)
         THEN EXCLUDED.is_profiling ELSE agents.is_profiling END,
       asked_ms = GREATEST(agents.asked_ms, EXCLUDED.asked_ms),
       reported_ms = GREATEST(agents.reported_ms, EXCLUDED.reported_ms)`,
    notes.flatMap(([, noted]): SqlValue[] => [
      noted.group,
      noted.instance,
      noted.agent,
      noted.askedMs ?? null,
      noted.reportedMs ?? null,
      noted.isProfiling === undefined ? null : Number(noted.isProfiling),
    ]),
  );
}

const agentOf = (row: SqlRow): AgentSeen => ({
  instance: String(row.instance),
  agent: String(row.agent),
  askedMs: row.asked_ms === null ? undefined : Number(row.asked_ms),
  reportedMs: row.reported_ms === null ? undefined : Number(row.reported_ms),
  isProfiling: row.is_profiling === null ? undefined : row.is_profiling === 1,
});
