import type { GroupId } from '../profile-store.ts';
import { collectAllNodes, collectCommon } from './collect.ts';
import type { StoreParts } from './duckdb-profile-store.ts';
import { gatherRows } from './gather.ts';
import { Mutex } from './mutex.ts';
import { drop, dropExpired, nextToDrop } from './retention.ts';
import { closeBuckets, rollUp } from './roll-up.ts';
import { families, levels, tableOf } from './tables.ts';

/** How long a bucket waits for profiles that are on their way before it is summed. Later ones are summed later. */
const graceMs = 60_000;

/** All that changes rows after they were appended; one at a time. Appends go on meanwhile. */
export class Maintenance {
  readonly #parts: StoreParts;
  readonly #numbering: Mutex;
  readonly #turn = new Mutex();
  /**
   * What of the dictionaries may be of no use any more. With the last rows of a day go nodes of any group, with
   * a deleted group only what groups share.
   */
  #unused: 'nothing' | 'common' | 'nodes' = 'nothing';

  constructor(parts: StoreParts, numbering: Mutex) {
    this.#parts = parts;
    this.#numbering = numbering;
  }

  run(nowMs: number): Promise<void> {
    const { database, retention, tokens } = this.#parts;
    return this.#turn.run(async () => {
      const settledMs = nowMs - graceMs;
      await database.write((connection) => closeBuckets(connection, settledMs));
      await database.write((connection) => rollUp(connection, 'PT1H', settledMs));
      await database.write((connection) => rollUp(connection, 'P1D', settledMs));
      await gatherRows(database);
      const forgotten = tokens.forget(nowMs);
      if (forgotten !== undefined) {
        await database.write((connection) =>
          connection.run(`DELETE FROM uploads WHERE at_ms < ${forgotten}`),
        );
      }
      const dropped = await dropExpired(database, retention, nowMs);
      // Finer rows are summed in the days, so only with these can the last mention of a node go.
      if (dropped.some(({ tier }) => tier === 'P1D')) this.#unused = 'nodes';
      if (dropped.length > 0) await this.#checkpoint();
      await this.#collect();
      await this.#keepWithinBudget();
      await this.#report();
    });
  }

  deleteGroup(group: GroupId): Promise<void> {
    const { database, dictionaries } = this.#parts;
    const id = Math.floor(group);
    const tables = Object.values(families).flatMap((family) =>
      levels.map((level) => tableOf(family, level)),
    );
    return this.#turn.run(() =>
      this.#numbering.run(async () => {
        try {
          await database.write(async (connection) => {
            for (const table of [...tables, 'nodes', 'uploads']) {
              await connection.run(`DELETE FROM ${table} WHERE grp = ${id}`);
            }
          });
        } finally {
          dictionaries.forget(group);
        }
        if (this.#unused === 'nothing') this.#unused = 'common';
      }),
    );
  }

  close(close: () => Promise<void>): Promise<void> {
    return this.#turn.run(() => this.#numbering.run(close));
  }

  async #collect(): Promise<void> {
    if (this.#unused === 'nothing') return;
    const { database, dictionaries } = this.#parts;
    const collecting = { database, dictionaries, numbering: this.#numbering };
    if (this.#unused === 'nodes') await collectAllNodes(collecting);
    await collectCommon(collecting);
    this.#unused = 'nothing';
    await this.#checkpoint();
  }

  /** Says what was stored in another way than it was sent. */
  async #report(): Promise<void> {
    const labels = await this.#parts.dictionaries.labels();
    const series = labels.overflowed;
    if (series === 0) return;
    labels.overflowed = 0;
    this.#parts.log.warn({ series }, 'Stored without labels: too many label sets in one day.');
  }

  /** Gives up the oldest days of the finest tier first, as long as the budget is passed. */
  async #keepWithinBudget(): Promise<void> {
    const { database, retention, log } = this.#parts;
    while ((await database.bytes()).used > retention.budgetBytes) {
      // The log counts too, and what was deleted is freed by a checkpoint alone: without one, not a day is given up.
      if (!(await this.#checkpoint())) return;
      const { used } = await database.bytes();
      if (used <= retention.budgetBytes) return;
      const next = await nextToDrop(database);
      if (next === undefined) {
        log.warn(
          { used, budget: retention.budgetBytes },
          'The newest day alone is above the byte budget.',
        );
        return;
      }
      log.info({ ...next, used }, 'Dropping a day to stay within the byte budget.');
      await drop(database, next);
      if (next.tier === 'P1D') this.#unused = 'nodes';
      await this.#collect();
    }
  }

  /** While nothing is appended, for the engine refuses a checkpoint beside a writer. */
  #checkpoint(): Promise<boolean> {
    return this.#numbering.run(() => this.#parts.database.checkpoint());
  }
}
