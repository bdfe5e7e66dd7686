import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { Database } from './database.ts';
import { DuckdbSql } from './duckdb-sql.ts';
import { profileMigrations } from './profile-schema.ts';
import { UploadTokens } from './upload-tokens.ts';

const noon = Date.UTC(2026, 5, 1, 12);

test('a token that was made durable by a transaction said to have failed still counts once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-tokens-'));
  const options = { folder, file: 'profiles.duckdb', memoryLimit: '128MB', threads: 1 };
  const database = await Database.open(options);
  onTestFinished(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  await migrate(new DuckdbSql(database), profileMigrations);
  const tokens = await database.read((connection) => UploadTokens.load(connection));
  expect(tokens.stage(1, 'a')).toBe(true);
  await database.write((connection) => tokens.append(connection, noon));
  // The engine folds its log into the file after a commit, and may fail at that.
  tokens.rollback();
  expect(tokens.isDoubtful).toBe(true);
  await database.read((connection) => tokens.reload(connection));
  expect(tokens.isDoubtful).toBe(false);
  expect([tokens.stage(1, 'a'), tokens.stage(1, 'b'), tokens.stage(2, 'a')]).toEqual([
    false,
    true,
    true,
  ]);
});
