import type { DuckDBConnection } from '@duckdb/node-api';
import { type GroupId, type Tier, tierMs } from '../profile-store.ts';
import type { StoreParts } from './duckdb-profile-store.ts';
import { Mutex } from './mutex.ts';
import { tierStates } from './plan.ts';
import { families, insertSums, levels, type Move, tableOf } from './tables.ts';

/** How long a bucket waits for profiles that are on their way before it is summed. Later ones are summed later. */
const graceMs = 60_000;

const finerThan: Readonly<Record<Exclude<Tier, 'PT5M'>, Tier>> = { PT1H: 'PT5M', P1D: 'PT1H' };

/** All that changes rows after they were appended; one at a time. */
export class Maintenance {
  readonly #parts: StoreParts;
  readonly #numbering: Mutex;
  readonly #turn = new Mutex();

  constructor(parts: StoreParts, numbering: Mutex) {
    this.#parts = parts;
    this.#numbering = numbering;
  }

  run(nowMs: number): Promise<void> {
    return this.#turn.run(async () => {
      const settledMs = nowMs - graceMs;
      await this.#parts.database.write((connection) => closeBuckets(connection, settledMs));
      await this.#parts.database.write((connection) => rollUp(connection, 'PT1H', settledMs));
      await this.#parts.database.write((connection) => rollUp(connection, 'P1D', settledMs));
    });
  }

  deleteGroup(group: GroupId): Promise<void> {
    const { database, dictionaries } = this.#parts;
    return this.#turn.run(() =>
      this.#numbering.run(async () => {
        await database.write(async (connection) => {
          const tables = Object.values(families).flatMap((family) =>
            levels.map((level) => tableOf(family, level)),
          );
          for (const table of [...tables, 'nodes', 'uploads']) {
            await connection.run(`DELETE FROM ${table} WHERE grp = ${Number(group)}`);
          }
        });
        dictionaries.forget(group);
      }),
    );
  }

  close(close: () => Promise<void>): Promise<void> {
    return this.#turn.run(() => this.#numbering.run(close));
  }
}

/**
 * Moves hot rows whose bucket has closed. A coarser tier that was summed already up to beyond them
 * gets them in the same transaction, so no tier ever misses or doubles a row.
 */
async function closeBuckets(connection: DuckDBConnection, settledMs: number): Promise<void> {
  const states = await tierStates(connection);
  const toMs = settledMs - (settledMs % tierMs.PT5M);
  for (const family of Object.values(families)) {
    const move = (to: Tier, until: number): Move => ({
      from: 'hot',
      to,
      widthMs: tierMs[to],
      fromMs: 0,
      toMs: Math.min(toMs, until),
    });
    await connection.run(insertSums(family, move('PT5M', toMs)));
    await connection.run(insertSums(family, move('PT1H', states.PT1H.rolledUntil)));
    await connection.run(insertSums(family, move('P1D', states.P1D.rolledUntil)));
    await connection.run(`DELETE FROM ${tableOf(family, 'hot')} WHERE bucket < ${toMs}`);
  }
}

/** Sums what has become a whole bucket of a coarser tier since the last time. */
async function rollUp(
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
