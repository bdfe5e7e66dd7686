/**
 * The store, from appending to a flame graph of seven days. Run with `npx tsx bench/store.bench.ts [folder]`;
 * with a folder the week is kept there.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { encodePprof } from '@everflame/formats';
import { openProfileStore } from '../packages/server/src/storage/duckdb/open-profile-store.ts';
import { uploadOf } from '../packages/server/src/storage/prepared-profile-fixture.ts';
import { tierMs, type Upload } from '../packages/server/src/storage/profile-store.ts';
import {
  type Application,
  application,
  partOf,
  prepared,
  random,
  treeOf,
  type Weighted,
} from './store-profiles.ts';

const { PT5M: minutes5, PT1H: hour, P1D: day } = tierMs;
const startMs = Date.UTC(2026, 5, 1);
const hours = 7 * 24 + 11;
const stacksAnHour = 20_000;
const group = 1;

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'append') await appendMany(rest[0]!);
else if (mode === 'read') await read(rest[0]!, rest[1]!);
else await run(mode);

async function run(keptFolder: string | undefined): Promise<void> {
  const folder = keptFolder ?? mkdtempSync(join(tmpdir(), 'everflame-bench-'));
  try {
    await appendMany(join(folder, 'append'));
    const week = join(folder, 'week');
    await loadWeek(week);
    await whatTotalsCost(join(week, 'profiles.duckdb'), folder);
    for (const how of ['store', 'rows-and-maps', 'store-hours']) {
      const program = fileURLToPath(import.meta.url);
      // A process each: cold means that nothing of ours is in memory; the disk's cache is as it is.
      const output = execFileSync(process.execPath, [
        '--import',
        'tsx',
        program,
        'read',
        how,
        week,
      ]);
      process.stdout.write(output);
    }
  } finally {
    if (keptFolder === undefined) rmSync(folder, { recursive: true });
  }
}

/** What a hundred instances send in five minutes, appended in batches of twenty. */
async function appendMany(folder: string): Promise<void> {
  const next = random(1);
  const app = application(5000);
  const store = await openProfileStore({ folder, now: () => startMs });
  const uploads = Array.from({ length: 400 }, (_, index) => {
    const leaves = Array.from(
      new Set(
        Array.from({ length: 500 }, () => app.leaves[Math.floor(next() ** 2 * app.leaves.length)]!),
      ),
    );
    const samples = leaves.map(() => 1 + Math.floor(1 / (next() + 0.01)));
    const profile = prepared(app, partOf(app, leaves), { leaves, samples });
    const facts = { instance: `i-${index % 100}`, cpuSeconds: 3, threads: 12 };
    return uploadOf(profile, {
      group,
      token: `${index}`,
      startMs: startMs + Math.floor(index / 100) * minutes5,
      facts,
    });
  });
  const rows = uploads.reduce(
    (sum, { profile }) =>
      sum + profile.series[0]!.self.length + profile.frameSeries[0]!.self.length,
    0,
  );
  const began = performance.now();
  for (let at = 0; at < uploads.length; at += 20) await store.append(uploads.slice(at, at + 20));
  const seconds = (performance.now() - began) / 1000;
  const stacks = Math.round(
    uploads.reduce((sum, { profile }) => sum + profile.series[0]!.self.length, 0) / uploads.length,
  );
  console.log(
    `append: ${Math.round(uploads.length / seconds)} profiles/s of ${stacks} stacks, ${Math.round(rows / seconds)} rows/s, each batch of 20 synced`,
  );
  await store.close();
}

/** Seven days and eleven hours: twelve profiles an hour, 20,000 distinct stacks in each hour. */
async function loadWeek(folder: string): Promise<void> {
  const app = application(60_000);
  const next = random(3);
  let nowMs = startMs;
  const store = await openProfileStore({ folder, now: () => nowMs });
  const began = performance.now();
  const cost = {
    profiles: 0,
    stacks: 0,
    samples: 0,
    pprof: 0,
    pprofProfiles: 0,
    appendMs: 0,
    maintainMs: 0,
  };
  for (let at = 0; at < hours; at++) {
    const profiles = hourOf(app, next);
    const uploads = profiles.map((weighted, index): Upload => {
      const from = startMs + at * hour + index * minutes5;
      const facts = { instance: `i-${(at * 12 + index) % 100}`, cpuSeconds: 240, threads: 30 };
      cost.stacks += weighted.leaves.length;
      cost.samples += weighted.samples.reduce((sum, count) => sum + count, 0);
      return uploadOf(prepared(app, partOf(app, weighted.leaves), weighted), {
        group,
        token: `${at}/${index}`,
        startMs: from,
        endMs: from + minutes5 - 1,
        facts,
      });
    });
    cost.profiles += uploads.length;
    if (at % 24 === 0) {
      cost.pprof += pprofBytes(app, profiles[0]!);
      cost.pprofProfiles++;
    }
    let mark = performance.now();
    await store.append(uploads);
    cost.appendMs += performance.now() - mark;
    nowMs = startMs + (at + 1) * hour + 2 * 60_000;
    mark = performance.now();
    await store.maintain(nowMs);
    cost.maintainMs += performance.now() - mark;
  }
  const { bytes, fileBytes } = await store.usage();
  await store.close();
  const perProfile = bytes / cost.profiles;
  const pprofPerProfile = cost.pprof / cost.pprofProfiles;
  console.log(
    `week: ${app.tree.length} nodes, ${cost.profiles} profiles of ${Math.round(cost.stacks / cost.profiles)} stacks loaded in ${((performance.now() - began) / 1000).toFixed(0)} s` +
      ` (appends ${(cost.appendMs / 1000).toFixed(1)} s, roll-ups ${(cost.maintainMs / 1000).toFixed(1)} s)`,
  );
  console.log(
    `disk: ${(bytes / 2 ** 20).toFixed(1)} MB in use, ${(fileBytes / 2 ** 20).toFixed(1)} MB file, all three tiers: ` +
      `${Math.round(perProfile)} bytes a profile, ${(bytes / cost.stacks).toFixed(1)} a stack, ${(bytes / cost.samples).toFixed(2)} a sample; ` +
      `gzipped pprof ${Math.round(pprofPerProfile)} bytes a profile, ratio ${(perProfile / pprofPerProfile).toFixed(2)}`,
  );
}

/** Stacks of an hour, spread over twelve profiles: each has the popular ones and its share of the others. */
function hourOf(app: Application, next: () => number) {
  const chosen = new Set<number>();
  while (chosen.size < stacksAnHour) chosen.add(Math.floor(next() ** 1.5 * app.leaves.length));
  const ranked = [...chosen].sort((a, b) => a - b);
  const leaves = ranked.map((rank) => app.leaves[rank]!);
  const popular = 1500;
  return Array.from({ length: 12 }, (_, index): Weighted => {
    const rows = ranked
      .map((_rank, row) => row)
      .filter((row) => row < popular || row % 12 === index);
    return {
      leaves: rows.map((row) => leaves[row]!),
      // Zipf: a stack's weight goes with one over its rank.
      samples: rows.map((row) => Math.max(1, Math.round((20_000 * (0.5 + next())) / (row + 10)))),
    };
  });
}

function pprofBytes(app: Application, weighted: Weighted): number {
  const whole = treeOf(partOf(app, weighted.leaves), weighted);
  return gzipSync(encodePprof(whole, { startMs, endMs: startMs + minutes5 })).length;
}

/** A row for every ancestor, as the store could have them, against rows for nodes with self weight alone. */
async function whatTotalsCost(path: string, folder: string): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, 'totals.duckdb'), { threads: '2' });
  const connection = await instance.connect();
  await connection.run(`ATTACH '${path}' AS week (READ_ONLY)`);
  const used = async () => {
    await connection.run('CHECKPOINT');
    const reader = await connection.runAndReadAll(
      `SELECT used_blocks * block_size FROM pragma_database_size() WHERE database_name = 'totals'`,
    );
    return Number(reader.getRows()[0]?.[0]);
  };
  const where = `bucket < ${startMs + day}`;
  const order = 'ORDER BY grp, measure, bucket, labels, state, node';
  const timed = async (query: string) => {
    await connection.runAndReadAll(query);
    const mark = performance.now();
    await connection.runAndReadAll(query);
    return performance.now() - mark;
  };
  await connection.run(`CREATE TABLE selves AS FROM week.samples_1h WHERE ${where} ${order}`);
  const selfBytes = await used();
  const selfMs = await timed('SELECT node, state, sum(self) FROM selves GROUP BY node, state');
  await connection.run(`CREATE TABLE totals AS
    WITH RECURSIVE up AS (
      SELECT grp, measure, bucket, labels, state, node, self, self AS total FROM week.samples_1h WHERE ${where}
      UNION ALL
      SELECT up.grp, measure, bucket, labels, state, n.parent AS node, 0.0 AS self, total
      FROM up JOIN week.nodes n ON n.grp = up.grp AND n.id = up.node WHERE n.parent > 0)
    SELECT grp, measure, bucket, labels, state, node, 0 AS line, sum(self) AS self, sum(total) AS total
    FROM up GROUP BY ALL ${order}`);
  const totalBytes = (await used()) - selfBytes;
  const totalMs = await timed(
    'SELECT node, state, sum(self), sum(total) FROM totals GROUP BY node, state',
  );
  const counted = await connection.runAndReadAll(
    'SELECT (SELECT count(*) FROM selves), (SELECT count(*) FROM totals)',
  );
  const [selves, all] = counted.getRows()[0]!.map(Number);
  console.log(
    `a row for every node with its total: ${(all! / selves!).toFixed(1)} times the rows, ` +
      `${(totalBytes / selfBytes).toFixed(1)} times the bytes, ${(totalMs / selfMs).toFixed(1)} times the time to sum a day`,
  );
  connection.closeSync();
  instance.closeSync();
}

/** In a process of its own: opens the week and makes its tree, first cold, then warm. */
async function read(how: string, folder: string): Promise<void> {
  const began = performance.now();
  const toMs = startMs + hours * hour - 17 * 60_000;
  const query = { group, measure: 'cpu', fromMs: toMs - 7 * day, toMs };
  if (how === 'rows-and-maps') return rowsAndMaps(join(folder, 'profiles.duckdb'), began);
  const store = await openProfileStore({ folder, now: () => toMs });
  const opened = performance.now();
  // Of single days no tier coarser than the hour fits: what a week costs where days were never rolled up.
  const ranges =
    how === 'store'
      ? [query]
      : Array.from({ length: 8 }, (_, index) => ({
          ...query,
          fromMs: startMs + index * day - 12 * hour,
          toMs: startMs + index * day + 11 * hour,
        }));
  const times: number[] = [];
  let nodes = 0;
  let tier = '';
  for (let attempt = 0; attempt < 6; attempt++) {
    const mark = performance.now();
    for (const range of ranges) {
      const answer = await store.tree({ ...query, ...range });
      nodes = Math.max(nodes, answer.tree.length);
      tier = answer.tier;
    }
    times.push(performance.now() - mark);
  }
  await store.close();
  const [cold = 0, ...warm] = times;
  const best = Math.min(...warm);
  const what = how === 'store' ? 'tree of 7 days' : 'trees of 8 ranges of 23 h, all from hours';
  console.log(
    `${what} (${tier}, ${nodes} nodes): cold ${cold.toFixed(0)} ms (open ${(opened - began).toFixed(0)} ms before it), warm ${best.toFixed(0)} ms`,
  );
}

/** The obvious way: rows as objects, summed in a Map, and a tree of objects with a Map of children each. */
async function rowsAndMaps(path: string, began: number): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  interface Node {
    readonly name: string;
    readonly children: Map<number, Node>;
    self: number;
    total: number;
  }
  const times: number[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    const mark = attempt === 0 ? began : performance.now();
    const nodes = await connection.runAndReadAll(
      `SELECT n.id, n.parent, f.name FROM nodes n JOIN frames f ON f.id = n.frame WHERE grp = ${group} ORDER BY n.id`,
    );
    const tree = new Map<number, Node>();
    const fresh = (name: string): Node => ({ name, children: new Map(), self: 0, total: 0 });
    tree.set(0, fresh(''));
    for (const row of nodes.getRowObjects()) {
      const node = fresh(String(row.name));
      tree.set(Number(row.id), node);
      tree.get(Number(row.parent))?.children.set(Number(row.id), node);
    }
    const samples = await connection.runAndReadAll(
      `SELECT node, self FROM samples_1h WHERE grp = ${group}`,
    );
    for (const row of samples.getRowObjects()) tree.get(Number(row.node))!.self += Number(row.self);
    const total = (node: Node): number => {
      node.total = node.self;
      for (const child of node.children.values()) node.total += total(child);
      return node.total;
    };
    total(tree.get(0)!);
    times.push(performance.now() - mark);
  }
  connection.closeSync();
  instance.closeSync();
  console.log(
    `baseline, every row of every hour as an object into a tree of Maps: ${Math.min(...times).toFixed(0)} ms`,
  );
}
