import type { DuckDBConnection } from '@duckdb/node-api';
import { type Tier, tierMs } from '../profile-store.ts';
import type { Database } from './database.ts';
import { tierStates } from './plan.ts';
import { families, tableOf } from './tables.ts';

const { PT1H: hour, P1D: day } = tierMs;

interface Stretch {
  readonly tier: Tier;
  readonly widthMs: number;
}

/** Each stretch of time is gathered once, when it is over; what comes late lies beside it. */
export const stretches: readonly Stretch[] = [
  { tier: 'PT5M', widthMs: hour },
  { tier: 'PT5M', widthMs: day },
  { tier: 'PT1H', widthMs: day },
  { tier: 'P1D', widthMs: 32 * day },
];

/** Rows for which the engine keeps one note of what is among them: fewer are read at once wherever they lie. */
const worthwhile = 122_880;

/**
 * Rows come into a tier bucket by bucket, so those of one group lie scattered: the engine, which leaves out whole
 * pieces of a table by their smallest and largest group, can leave out none. Written anew in the order of their keys,
 * a day of one group out of 1,000 is read in a tenth of the time (28,800 of 28.8 million rows: 20 to 1.3 ms).
 */
export async function gatherRows(database: Database, fewest = worthwhile): Promise<void> {
  for (const stretch of stretches) {
    let isMore = true;
    while (isMore) isMore = await database.write((one) => gatherNext(one, stretch, fewest));
  }
}

/** The oldest stretch that is over and was not gathered yet. False: there is none. */
async function gatherNext(
  connection: DuckDBConnection,
  { tier, widthMs }: Stretch,
  fewest: number,
): Promise<boolean> {
  const number = async (query: string): Promise<number | undefined> => {
    const value = (await connection.runAndReadAll(query)).getRows()[0]?.[0];
    return value === null || value === undefined ? undefined : Number(value);
  };
  const where = `tier = '${tier}' AND width_ms = ${widthMs}`;
  const states = await tierStates(connection);
  const { rolledUntil } = states[widthMs < day ? 'PT1H' : 'P1D'];
  const overMs = rolledUntil - (rolledUntil % widthMs);
  const doneMs = (await number(`SELECT until_ms FROM gathered WHERE ${where}`)) ?? 0;
  if (doneMs >= overMs) return false;
  const table = tableOf(families.frame, tier);
  const between = (fromMs: number, toMs: number) => `bucket >= ${fromMs} AND bucket < ${toMs}`;
  const oldest = await number(`SELECT min(bucket) FROM ${table} WHERE ${between(doneMs, overMs)}`);
  const fromMs = oldest === undefined ? overMs : oldest - (oldest % widthMs);
  const toMs = Math.min(overMs, fromMs + widthMs);
  await connection.run(`UPDATE gathered SET until_ms = ${toMs} WHERE ${where}`);
  const rows = between(fromMs, toMs);
  if ((await number(`SELECT count(*) FROM ${table} WHERE ${rows}`))! >= fewest) {
    // Rows that this transaction writes have larger numbers than all that were there.
    const last = await number(`SELECT max(rowid) FROM ${table}`);
    const order = families.frame.keys.map(({ name }) => name).join(', ');
    await connection.run(
      `INSERT INTO ${table} SELECT * FROM ${table} WHERE ${rows} ORDER BY ${order}`,
    );
    await connection.run(`DELETE FROM ${table} WHERE ${rows} AND rowid <= ${last}`);
  }
  return toMs < overMs;
}
