import { Problem } from '@everflame/model';
import type { Sql } from './sql.ts';

/** Statements that bring a database from the version before to this one. Never edited once released. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}

/** Brings a database up to date in one transaction. Throws Problem('newer-schema') for one from the future. */
export async function migrate(sql: Sql, migrations: readonly Migration[]): Promise<void> {
  await sql.transaction(async (inside) => {
    await inside.query('CREATE TABLE IF NOT EXISTS schema (version INTEGER)');
    const [row] = await inside.query('SELECT max(version) AS version FROM schema');
    const version = Number(row?.version ?? 0);
    const newest = migrations.at(-1)?.version ?? 0;
    if (version > newest) {
      throw new Problem(
        'newer-schema',
        `The data folder has schema version ${version}; this version of Everflame knows up to ${newest}.`,
      );
    }
    for (const migration of migrations.filter((candidate) => candidate.version > version)) {
      for (const statement of migration.statements) await inside.query(statement);
      await inside.query('INSERT INTO schema VALUES ($1)', [migration.version]);
    }
  });
}
