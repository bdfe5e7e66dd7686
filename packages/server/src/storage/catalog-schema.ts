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
  {
    version: 2,
    statements: [
      `CREATE TABLE policies (
        group_id BIGINT PRIMARY KEY,
        revision_id TEXT NOT NULL,
        principals TEXT NOT NULL
      )`,
      `CREATE TABLE channels (
        group_id BIGINT NOT NULL,
        id TEXT NOT NULL,
        place BIGINT NOT NULL,
        uri TEXT NOT NULL,
        event_publishers TEXT NOT NULL,
        PRIMARY KEY (group_id, id)
      )`,
      `CREATE TABLE findings_reports (
        id TEXT PRIMARY KEY,
        group_id BIGINT NOT NULL,
        from_ms BIGINT NOT NULL,
        to_ms BIGINT NOT NULL,
        is_daily BIGINT NOT NULL,
        total BIGINT NOT NULL,
        recommendations TEXT NOT NULL,
        UNIQUE (group_id, from_ms, to_ms)
      )`,
      `CREATE TABLE anomalies (
        id TEXT PRIMARY KEY,
        group_id BIGINT NOT NULL,
        reason TEXT NOT NULL,
        frame TEXT NOT NULL,
        states TEXT NOT NULL
      )`,
      `CREATE TABLE anomaly_instances (
        id TEXT PRIMARY KEY,
        anomaly_id TEXT NOT NULL,
        group_id BIGINT NOT NULL,
        from_ms BIGINT NOT NULL,
        to_ms BIGINT,
        feedback_type TEXT,
        feedback_comment TEXT
      )`,
      `CREATE TABLE access_keys (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL,
        groups TEXT,
        sealed_secret TEXT NOT NULL,
        created_ms BIGINT NOT NULL,
        last_used_ms BIGINT
      )`,
      `CREATE TABLE agents (
        group_id BIGINT NOT NULL,
        instance TEXT NOT NULL,
        agent TEXT NOT NULL,
        asked_ms BIGINT,
        reported_ms BIGINT,
        is_profiling BIGINT,
        PRIMARY KEY (group_id, instance)
      )`,
      'CREATE TABLE group_settings (group_id BIGINT PRIMARY KEY, settings TEXT NOT NULL)',
    ],
  },
];
