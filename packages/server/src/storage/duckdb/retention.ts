import type { DuckDBConnection } from '@duckdb/node-api';
import { type Retention, type Tier, tierMs, tiers } from '../profile-store.ts';
import type { Database } from './database.ts';
import { type TierStates, tierStates } from './plan.ts';
import { families, tableOf } from './tables.ts';

const dayMs = tierMs.P1D;
const dayOf = (ms: number): number => ms - (ms % dayMs);

/** What was dropped: buckets of the tier before this moment. */
export interface Dropped {
  readonly tier: Tier;
  readonly beforeMs: number;
}

/** Drops whole days that are older than their tier is kept. */
export async function dropExpired(
  database: Database,
  { daysOf }: Retention,
  nowMs: number,
): Promise<readonly Dropped[]> {
  const states = await database.read(tierStates);
  const dropped: Dropped[] = [];
  for (const tier of tiers) {
    const beforeMs = Math.min(dayOf(nowMs - daysOf[tier] * dayMs), safeUntil(tier, states));
    if (beforeMs <= states[tier].keptFrom) continue;
    await drop(database, { tier, beforeMs });
    dropped.push({ tier, beforeMs });
  }
  return dropped;
}

/**
 * The next day to give up for the byte budget: the oldest of the finest tier that may lose one, never
 * the newest day, and nothing that a coarser tier does not hold yet. Undefined where nothing may go.
 */
export async function nextToDrop(database: Database): Promise<Dropped | undefined> {
  return database.read(async (connection) => {
    const states = await tierStates(connection);
    const newest = dayOf(await newestBucket(connection));
    for (const tier of tiers) {
      const table = tableOf(families.totals, tier);
      const oldest = await extreme(connection, `SELECT min(bucket) FROM ${table}`);
      if (oldest === undefined) continue;
      const beforeMs = dayOf(oldest) + dayMs;
      if (beforeMs <= Math.min(newest, safeUntil(tier, states))) return { tier, beforeMs };
    }
    return undefined;
  });
}

export async function drop(database: Database, { tier, beforeMs }: Dropped): Promise<void> {
  await database.write(async (connection) => {
    for (const family of Object.values(families)) {
      await connection.run(`DELETE FROM ${tableOf(family, tier)} WHERE bucket < ${beforeMs}`);
    }
    await connection.run(`UPDATE tiers SET kept_from = ${beforeMs} WHERE tier = '${tier}'`);
  });
}

/** Up to where a coarser tier has the sums of this one. Nothing is coarser than a day. */
function safeUntil(tier: Tier, states: TierStates): number {
  const coarser = tiers[tiers.indexOf(tier) + 1];
  return coarser === undefined ? Number.POSITIVE_INFINITY : dayOf(states[coarser].rolledUntil);
}

async function newestBucket(connection: DuckDBConnection): Promise<number> {
  const parts = ['totals_hot', 'totals_5m', 'totals_1h', 'totals_1d'];
  const rows = parts.map((table) => `SELECT max(bucket) AS bucket FROM ${table}`);
  return (await extreme(connection, `SELECT max(bucket) FROM (${rows.join(' UNION ALL ')})`)) ?? 0;
}

async function extreme(connection: DuckDBConnection, query: string): Promise<number | undefined> {
  const value = (await connection.runAndReadAll(query)).getRows()[0]?.[0];
  return value === null || value === undefined ? undefined : Number(value);
}
