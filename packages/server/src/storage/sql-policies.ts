import { randomUUID } from 'node:crypto';
import { Problem } from '@everflame/model';
import type { Policies, Policy } from './policies.ts';
import type { GroupId } from './profile-store.ts';
import type { Sql } from './sql.ts';

export class SqlPolicies implements Policies {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  policy(group: GroupId): Promise<Policy | undefined> {
    return read(this.#sql, group);
  }

  put(group: GroupId, principals: readonly string[], known: string | undefined): Promise<Policy> {
    return this.#sql.transaction(async (sql) => {
      const policy = await read(sql, group);
      if (policy?.revisionId !== known) throw new Problem('revision-conflict');
      return write(sql, group, principals);
    });
  }

  remove(group: GroupId, known: string): Promise<Policy> {
    return this.#sql.transaction(async (sql) => {
      const policy = await read(sql, group);
      if (!policy) throw new Problem('no-such-policy');
      if (policy.revisionId !== known) throw new Problem('revision-conflict');
      return write(sql, group, []);
    });
  }
}

async function read(sql: Sql, group: GroupId): Promise<Policy | undefined> {
  const [row] = await sql.query(
    'SELECT revision_id, principals FROM policies WHERE group_id = $1',
    [group],
  );
  if (row === undefined) return undefined;
  const principals = JSON.parse(String(row.principals)) as string[];
  return { revisionId: String(row.revision_id), principals };
}

/** Of a group that is still there: it may be gone since it was looked for. */
async function write(sql: Sql, group: GroupId, principals: readonly string[]): Promise<Policy> {
  const revisionId = randomUUID();
  const [row] = await sql.query(
    `INSERT INTO policies
       SELECT id, CAST($2 AS TEXT), CAST($3 AS TEXT) FROM profiling_groups WHERE id = $1
     ON CONFLICT (group_id) DO UPDATE SET
       revision_id = EXCLUDED.revision_id, principals = EXCLUDED.principals
     RETURNING group_id`,
    [group, revisionId, JSON.stringify(principals)],
  );
  if (row === undefined) throw new Problem('unknown-group');
  return { revisionId, principals };
}
