import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { tierMs } from '../profile-store.ts';
import { Database } from './database.ts';
import { DuckdbSql } from './duckdb-sql.ts';
import { gatherRows } from './gather.ts';
import { profileMigrations } from './profile-schema.ts';

const { PT5M: minutes5, PT1H: hour, P1D: day } = tierMs;
const midnight = Date.UTC(2026, 5, 1);

async function opened(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-gather-'));
  const database = await Database.open({ folder, file: 'a', memoryLimit: '256MB', threads: 2 });
  onTestFinished(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  await migrate(new DuckdbSql(database), profileMigrations);
  return database;
}

/** A row of every group in every bucket of two days and a half, rolled up as far as `rolledUntil`. */
async function filled(database: Database): Promise<void> {
  await database.write(async (connection) => {
    for (const [table, width] of Object.entries({ '5m': minutes5, '1h': hour, '1d': day })) {
      await connection.run(
        `INSERT INTO frame_${table} SELECT g, 1, b, 1, g * 10, 1, b / ${minutes5} + g
         FROM range(${midnight}, ${midnight + 2.5 * day}, ${width}) b(b), range(3) g(g) ORDER BY b, g`,
      );
    }
    await connection.run(`UPDATE tiers SET rolled_until = ${midnight + 2.5 * day}`);
    await connection.run(
      `UPDATE tiers SET rolled_until = ${midnight + 2 * day} WHERE tier = 'P1D'`,
    );
  });
}

const rowsOf = (database: Database, table: string, order: string) =>
  database.read(async (connection) => {
    const reader = await connection.runAndReadAll(
      `SELECT grp, bucket, total FROM ${table} ORDER BY ${order}`,
    );
    return reader.getRows().map((row) => row.map(Number));
  });

test('rows of a stretch that is over lie in the order of their group, and are the same rows', async () => {
  const database = await opened();
  await filled(database);
  const tables = ['frame_5m', 'frame_1h', 'frame_1d'];
  const before = await Promise.all(tables.map((table) => rowsOf(database, table, 'bucket, grp')));
  await gatherRows(database, 1);
  const after = await Promise.all(tables.map((table) => rowsOf(database, table, 'bucket, grp')));
  expect(after).toEqual(before);

  const first = (await rowsOf(database, 'frame_5m', 'rowid')).filter(
    ([, t]) => t! < midnight + day,
  );
  expect(first).toEqual(first.toSorted(([g, t], [h, u]) => g! - h! || t! - u!));
  // The day that is under way is gathered by the hour.
  const today = (await rowsOf(database, 'frame_5m', 'rowid')).filter(
    ([, t]) => t! >= midnight + 2 * day,
  );
  const hourOf = (t: number) => Math.floor(t / hour);
  expect(today).toEqual(
    today.toSorted(([g, t], [h, u]) => hourOf(t!) - hourOf(u!) || g! - h! || t! - u!),
  );
});

test('what was gathered is not gathered again, and what came late stays where it is', async () => {
  const database = await opened();
  await filled(database);
  await gatherRows(database, 1);
  const numbersOf = () => rowsOf(database, 'frame_1h', 'rowid');
  await database.write(async (connection) => {
    await connection.run(`INSERT INTO frame_1h VALUES (0, 1, ${midnight}, 1, 10, 1, 7)`);
  });
  const before = await numbersOf();
  await gatherRows(database, 1);
  expect(await numbersOf()).toEqual(before);
});

test('few rows are left as they lie', async () => {
  const database = await opened();
  await filled(database);
  const before = await rowsOf(database, 'frame_5m', 'rowid');
  await gatherRows(database);
  expect(await rowsOf(database, 'frame_5m', 'rowid')).toEqual(before);
});
