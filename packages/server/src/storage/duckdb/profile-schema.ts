import type { Migration } from '../migrate.ts';
import { stretches } from './gather.ts';
import { createTable, families, levels, tableOf } from './tables.ts';

const addedFacts = [
  'cpu_covered_seconds',
  'overhead_covered_seconds',
  'agent_memory_bytes',
  'agent_errors',
  'exceptions',
];

/**
 * Nodes and frames are known inside this file by small integers, given out in the order of arrival, so
 * a caller's is smaller than its callee's. Against 64-bit hashes in every row this was measured at 6.5
 * instead of 15 bytes per row. `hash` is the identity that other writers and engines agree on.
 */
export const profileMigrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      ...Object.values(families).flatMap((family) =>
        levels.map((level) => createTable(family, level)),
      ),
      'CREATE TABLE measures (id INTEGER, name VARCHAR, unit VARCHAR, temporality VARCHAR)',
      'CREATE TABLE label_sets (id INTEGER, json VARCHAR)',
      'CREATE TABLE frames (id INTEGER, hash UBIGINT, name VARCHAR, file VARCHAR, module VARCHAR, runtime TINYINT)',
      // A node whose lines widened has another row; readers take the widest.
      'CREATE TABLE nodes (grp INTEGER, id INTEGER, hash UBIGINT, parent INTEGER, frame INTEGER, first_on_path TINYINT, line_from INTEGER, line_to INTEGER)',
      'CREATE TABLE uploads (grp INTEGER, token UBIGINT, at_ms BIGINT)',
      // rolled_until: every bucket before it has been summed into the tier. kept_from: what lies before is gone.
      'CREATE TABLE tiers (tier VARCHAR, rolled_until BIGINT, kept_from BIGINT)',
      `INSERT INTO tiers VALUES ('PT5M', 0, 0), ('PT1H', 0, 0), ('P1D', 0, 0)`,
    ],
  },
  {
    version: 2,
    statements: [
      // Last in their tables, as rows are appended in the order of columns. A new folder has them already.
      ...levels.flatMap((level) =>
        addedFacts.map(
          (name) =>
            `ALTER TABLE ${tableOf(families.instances, level)} ADD COLUMN IF NOT EXISTS ${name} DOUBLE`,
        ),
      ),
      // until_ms: stretches of this width that lie before it were gathered.
      'CREATE TABLE gathered (tier VARCHAR, width_ms BIGINT, until_ms BIGINT)',
      ...stretches.map(
        ({ tier, widthMs }) => `INSERT INTO gathered VALUES ('${tier}', ${widthMs}, 0)`,
      ),
    ],
  },
];
