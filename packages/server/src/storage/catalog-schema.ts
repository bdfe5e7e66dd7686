import type { Migration } from './migrate.ts';

/**
 * In the subset that DuckDB and PostgreSQL share. `content` is what the group was created with, to tell a
 * repeated request from a different one. Activity is a table of its own: it is written every second.
 */
export const catalogMigrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      'CREATE TABLE sequences (name TEXT PRIMARY KEY, value BIGINT NOT NULL)',
      `CREATE TABLE profiling_groups (
        id BIGINT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        compute_platform TEXT NOT NULL,
        profiling_enabled BIGINT NOT NULL,
        tags TEXT NOT NULL,
        client_token TEXT,
        content TEXT NOT NULL,
        created_ms BIGINT NOT NULL,
        updated_ms BIGINT NOT NULL
      )`,
      `CREATE TABLE group_activity (
        group_id BIGINT PRIMARY KEY,
        agent_orchestrated_ms BIGINT,
        profile_reported_ms BIGINT
      )`,
    ],
  },
];
