import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { FrameTableBuilder, frameIds } from '@everflame/model';
import { openCatalog } from '../packages/server/src/storage/duckdb/open-catalog.ts';
import { openProfileStore } from '../packages/server/src/storage/duckdb/open-profile-store.ts';
import { defaultRetention, tierMs } from '../packages/server/src/storage/profile-store.ts';

const { PT5M: minutes5, PT1H: hour, P1D: day } = tierMs;

/** A Monday at noon: where the store's data ends. */
export const endMs = Date.UTC(2026, 5, 1, 12);
const midnight = endMs - 12 * hour;

/** Kept longer than by default, so that ninety days of hours are there. */
export const retention = {
  ...defaultRetention,
  daysOf: { PT5M: 2, PT1H: 91, P1D: 400 },
  budgetBytes: 2 ** 40,
};

export interface Size {
  readonly groups: number;
  /** Of each group, one row each in every bucket. */
  readonly frames: number;
}

export const groupName = (group: number): string => `group-${group}`;
export const frameName = (group: number, frame: number): string =>
  `com.example.service${group}.Class${frame % 40}.method${frame}`;

/** A store with a year of days, 91 days of hours and two of five minutes, as maintenance leaves them. */
export async function loadStore(folder: string, size: Size): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const now = () => endMs;
  const catalog = await openCatalog({ folder, now });
  const ids: number[] = [];
  for (let group = 0; group < size.groups; group++) {
    const about = { computePlatform: 'Default', profilingEnabled: true, tags: {} } as const;
    ids.push((await catalog.createGroup({ name: groupName(group), ...about })).id);
    catalog.noteProfileReported(ids.at(-1)!, endMs);
  }
  await catalog.close();
  // Makes the tables.
  await (await openProfileStore({ folder, retention, now })).close();
  await fill(join(folder, 'profiles.duckdb'), ids, size);
}

async function fill(path: string, ids: readonly number[], size: Size): Promise<void> {
  const instance = await DuckDBInstance.create(path, { threads: '2', memory_limit: '2GB' });
  const connection = await instance.connect();
  await connection.run(`INSERT INTO measures VALUES (0, 'wall', 'ns', 'delta')`);
  await nameFrames(connection, ids, size);
  const levels = [
    { suffix: '1d', width: day, chunk: 32 * day, fromMs: midnight - 365 * day, toMs: midnight },
    { suffix: '1h', width: hour, chunk: day, fromMs: midnight - 90 * day, toMs: midnight },
    { suffix: '1h', width: hour, chunk: hour, fromMs: midnight, toMs: endMs },
    { suffix: '5m', width: minutes5, chunk: day, fromMs: midnight - day, toMs: midnight },
    { suffix: '5m', width: minutes5, chunk: hour, fromMs: midnight, toMs: endMs },
  ];
  for (const { suffix, width, chunk, fromMs, toMs } of levels) {
    for (let at = fromMs; at < toMs; at += chunk) {
      const buckets = `range(${at}, ${Math.min(toMs, at + chunk)}, ${width}) b(bucket)`;
      // A quarter of the frames waits; self and total in whole samples of ten milliseconds.
      await connection.run(
        `INSERT INTO frame_${suffix}
         SELECT grp, 0, bucket, CASE WHEN frame % 4 = 3 THEN 3 ELSE 1 END, frame, n * 1e7, n * 3e7
         FROM (SELECT grp, bucket, id AS frame, 1 + hash(id, bucket) % 1000 AS n FROM frames_of, ${buckets})
         ORDER BY ALL`,
      );
      await connection.run(
        `INSERT INTO totals_${suffix}
         SELECT grp, 0, bucket, 0, state, 1e13, 1000, CASE WHEN state = 1 THEN 12 ELSE 0 END, CASE WHEN state = 1 THEN 12 ELSE 0 END
         FROM (SELECT DISTINCT grp FROM frames_of), ${buckets}, (VALUES (1), (3)) s(state) ORDER BY ALL`,
      );
    }
  }
  await connection.run('DROP TABLE frames_of');
  await connection.run(
    `UPDATE tiers SET rolled_until = CASE tier WHEN 'P1D' THEN ${midnight} ELSE ${endMs} END`,
  );
  await connection.run(
    `UPDATE gathered SET until_ms = CASE width_ms WHEN ${hour} THEN ${endMs} ELSE ${midnight} END`,
  );
  await connection.run('CHECKPOINT');
  connection.closeSync();
  instance.closeSync();
}

/** Frames by number, the first group's first, and which group has which. */
async function nameFrames(
  connection: DuckDBConnection,
  ids: readonly number[],
  size: Size,
): Promise<void> {
  const builder = new FrameTableBuilder();
  for (const nth of ids.keys()) {
    for (let frame = 0; frame < size.frames; frame++) {
      builder.row(frameName(nth, frame), '', '', 'jvm');
    }
  }
  const table = builder.build();
  const hashes = frameIds(table);
  const frames = await connection.createAppender('frames');
  for (let id = 1; id < table.length; id++) {
    frames.appendInteger(id);
    frames.appendUBigInt(hashes[id]!);
    frames.appendVarchar(table.name[id]!);
    frames.appendVarchar('');
    frames.appendVarchar('');
    frames.appendTinyInt(table.runtime[id]!);
    frames.endRow();
  }
  frames.closeSync();
  await connection.run(
    `CREATE TEMP TABLE frames_of AS
     SELECT g.grp::INTEGER AS grp, (g.nth * ${size.frames} + f.f + 1)::INTEGER AS id
     FROM (SELECT unnest([${ids.join(', ')}]) AS grp, unnest(range(${ids.length})) AS nth) g, range(${size.frames}) f(f)`,
  );
}
