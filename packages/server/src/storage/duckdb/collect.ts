import type { GroupId } from '../profile-store.ts';
import { appendColumns, columnOf } from './column-rows.ts';
import type { Database } from './database.ts';
import type { Dictionaries } from './dictionaries.ts';
import type { GroupNodes } from './group-nodes.ts';
import type { Mutex } from './mutex.ts';
import { families, levels, tableOf } from './tables.ts';

export interface Collecting {
  readonly database: Database;
  readonly dictionaries: Dictionaries;
  /** Held while numbers are taken back. */
  readonly numbering: Mutex;
}

/** A dictionary is written anew when this share of it is of no use any more. */
const worthwhile = 0.1;

/** Removes nodes that no row speaks of any more. Rows are looked through while appends go on. */
export async function collectAllNodes(collecting: Collecting): Promise<void> {
  const { database, dictionaries, numbering } = collecting;
  const groups = await database.read(async (connection) => {
    const reader = await connection.runAndReadAll('SELECT DISTINCT grp FROM nodes ORDER BY grp');
    return reader.getRows().map(([group]) => Number(group));
  });
  for (const group of groups) {
    await collectNodes(group, collecting);
    // Each was loaded whole, and there may be thousands.
    await numbering.run(async () => dictionaries.trim());
  }
}

/** Removes frames and label sets that neither a node nor a row speaks of any more. */
export async function collectCommon(collecting: Collecting): Promise<void> {
  const { database, dictionaries, numbering } = collecting;
  await numbering.run(async () => {
    const used = (family: keyof typeof families, column: string) =>
      levels
        .map((level) => `SELECT ${column} FROM ${tableOf(families[family], level)}`)
        .join(' UNION ');
    try {
      await database.write(async (connection) => {
        await connection.run(
          `DELETE FROM frames WHERE id NOT IN (SELECT frame FROM nodes UNION ${used('frame', 'frame')})`,
        );
        await connection.run(
          `DELETE FROM label_sets WHERE id NOT IN (${used('totals', 'labels')})`,
        );
      });
    } finally {
      dictionaries.forgetCommon();
    }
  });
}

async function collectNodes(group: GroupId, collecting: Collecting): Promise<void> {
  const { database, dictionaries, numbering } = collecting;
  // From here on appends mark what they use; rows that were there before are seen below.
  const nodes = await numbering.run(async () => {
    const known = await dictionaries.nodes(group);
    known.touched = new Uint8Array(known.length);
    return known;
  });
  const used = await usedNodes(database, group, nodes.length);
  await numbering.run(async () => {
    // Another copy was loaded in the meantime, so marks were made elsewhere: next time.
    if ((await dictionaries.nodes(group)) !== nodes) return;
    const kept = keptNodes(nodes, used);
    nodes.touched = undefined;
    if (kept.length > (nodes.length - 1) * (1 - worthwhile)) return;
    try {
      await database.write(async (connection) => {
        await connection.run(`DELETE FROM nodes WHERE grp = ${group}`);
        await appendColumns(connection, 'nodes', nodes.rows(group, kept));
      });
    } finally {
      dictionaries.forget(group);
    }
  });
}

/** 1 for every node that a row speaks of. */
async function usedNodes(database: Database, group: GroupId, length: number): Promise<Uint8Array> {
  const used = new Uint8Array(length);
  await database.read(async (connection) => {
    const parts = levels.map(
      (level) => `SELECT node FROM ${tableOf(families.samples, level)} WHERE grp = ${group}`,
    );
    const result = await connection.run(`SELECT DISTINCT node FROM (${parts.join(' UNION ALL ')})`);
    for (let index = 0; index < result.chunkCount; index++) {
      // A node newer than `length` is kept anyhow; writing past the end does nothing.
      for (const node of columnOf<Int32Array>(result.getChunk(index), 0)) used[node] = 1;
    }
  });
  return used;
}

/** Nodes that are used, were touched, are new, or lead to one of these; without the root. */
function keptNodes({ length, parent, touched }: GroupNodes, used: Uint8Array): Int32Array {
  const kept = new Uint8Array(length).fill(1, used.length);
  for (let id = 0; id < used.length; id++) kept[id] = used[id]! | (touched?.[id] ?? 0);
  let count = 0;
  for (let id = length - 1; id > 0; id--) {
    if (kept[id] === 0 || parent[id]! < 0) continue;
    kept[parent[id]!] = 1;
    count++;
  }
  const ids = new Int32Array(count);
  let row = 0;
  for (let id = 1; id < length; id++) if (kept[id] === 1 && parent[id]! >= 0) ids[row++] = id;
  return ids;
}
