import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Migration, migrate } from '../migrate.ts';
import { Database } from './database.ts';
import { DuckdbSql } from './duckdb-sql.ts';

async function emptyDatabase(): Promise<DuckdbSql> {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-migrate-'));
  const database = await Database.open({ folder, file: 'a', memoryLimit: '64MB', threads: 1 });
  onTestFinished(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  return new DuckdbSql(database);
}

const first: Migration = {
  version: 1,
  statements: ['CREATE TABLE t (a BIGINT)', 'INSERT INTO t VALUES (1)'],
};
const second: Migration = { version: 2, statements: ['ALTER TABLE t ADD COLUMN b BIGINT'] };
const third: Migration = { version: 3, statements: ['UPDATE t SET b = a + 1'] };

test('a database is brought from any version to the newest, each step once', async () => {
  const sql = await emptyDatabase();
  await migrate(sql, [first]);
  await migrate(sql, [first, second, third]);
  await migrate(sql, [first, second, third]);
  expect(await sql.query('SELECT a, b FROM t')).toEqual([{ a: 1, b: 2 }]);
});

test('a migration that fails leaves the database as it was', async () => {
  const sql = await emptyDatabase();
  await migrate(sql, [first]);
  const broken = { version: 3, statements: ['INSERT INTO nowhere VALUES (1)'] };
  await expect(migrate(sql, [first, second, broken])).rejects.toThrow(/nowhere/);
  expect(await sql.query('SELECT * FROM t')).toEqual([{ a: 1 }]);
  await migrate(sql, [first, second, third]);
  expect(await sql.query('SELECT a, b FROM t')).toEqual([{ a: 1, b: 2 }]);
});

test('a database from a newer version is not touched', async () => {
  const sql = await emptyDatabase();
  await migrate(sql, [first, second]);
  await expect(migrate(sql, [first])).rejects.toMatchObject({ code: 'newer-schema' });
});
