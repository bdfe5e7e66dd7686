import type { DuckDBConnection } from '@duckdb/node-api';
import { type Tier, tierMs, tiers } from '../profile-store.ts';
import { tierStates } from './plan.ts';
import { families, insertSums, type Move, tableOf } from './tables.ts';

/** The tier that each is summed from. */
const finerThan: Readonly<Record<Exclude<Tier, 'PT5M'>, Tier>> = { PT1H: 'PT5M', P1D: 'PT1H' };

/**
 * Moves hot rows whose bucket has closed. A coarser tier that was summed already up to beyond them gets
 * them in the same transaction, so no tier ever misses or doubles a row. A tier that has dropped the time they
 * belong to does not get them back.
 */
export async function closeBuckets(connection: DuckDBConnection, settledMs: number): Promise<void> {
  const toMs = settledMs - (settledMs % tierMs.PT5M);
  const oldest = await connection.runAndReadAll('SELECT min(bucket) FROM totals_hot');
  const [bucket] = oldest.getRows()[0] ?? [];
  if (bucket === null || bucket === undefined || Number(bucket) >= toMs) return;
  const states = await tierStates(connection);
  for (const family of Object.values(families)) {
    for (const to of tiers) {
      const until = to === 'PT5M' ? toMs : Math.min(toMs, states[to].rolledUntil);
      const fromMs = states[to].keptFrom;
      if (fromMs >= until) continue;
      const move: Move = { from: 'hot', to, widthMs: tierMs[to], fromMs, toMs: until };
      await connection.run(insertSums(family, move));
    }
    await connection.run(`DELETE FROM ${tableOf(family, 'hot')} WHERE bucket < ${toMs}`);
  }
}

/** Sums what has become a whole bucket of a coarser tier since the last time. */
export async function rollUp(
  connection: DuckDBConnection,
  tier: Exclude<Tier, 'PT5M'>,
  settledMs: number,
): Promise<void> {
  const states = await tierStates(connection);
  const finer = finerThan[tier];
  const available = finer === 'PT5M' ? settledMs : Math.min(settledMs, states[finer].rolledUntil);
  const fromMs = states[tier].rolledUntil;
  const toMs = available - (available % tierMs[tier]);
  if (toMs <= fromMs) return;
  const move = { from: finer, to: tier, widthMs: tierMs[tier], fromMs, toMs };
  for (const family of Object.values(families)) await connection.run(insertSums(family, move));
  await connection.run(`UPDATE tiers SET rolled_until = ${toMs} WHERE tier = '${tier}'`);
}
