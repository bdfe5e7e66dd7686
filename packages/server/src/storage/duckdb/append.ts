import type { DuckDBConnection } from '@duckdb/node-api';
import { threadStates } from '@everflame/model';
import { type Appended, type GroupId, momentOf, tierMs, type Upload } from '../profile-store.ts';
import { appendColumns } from './column-rows.ts';
import type { Database } from './database.ts';
import type { Dictionaries } from './dictionaries.ts';
import { FrameRows, SampleRows, TotalRows } from './hot-rows.ts';
import { appendInstance } from './instance-rows.ts';
import type { UploadTokens } from './upload-tokens.ts';

export interface Appending {
  readonly database: Database;
  readonly dictionaries: Dictionaries;
  readonly tokens: UploadTokens;
  readonly now: () => number;
}

function bucketOf(upload: Upload): number {
  const moment = momentOf(upload);
  return moment - (moment % tierMs.PT5M);
}

/**
 * Stores a batch in one transaction. Only one runs at a time, for it gives out numbers. If it fails, memory forgets what
 * it had given out and reads the file again.
 */
export async function appendBatch(
  batch: readonly Upload[],
  appending: Appending,
): Promise<readonly Appended[]> {
  const { database, dictionaries, tokens, now } = appending;
  const nowMs = now();
  if (tokens.isDoubtful) await database.read((connection) => tokens.reload(connection));
  const answers = batch.map(({ group, token }) =>
    token === undefined || tokens.stage(group, token) ? 'stored' : 'duplicate',
  );
  const uploads = batch.filter((_, index) => answers[index] === 'stored');
  if (uploads.length === 0) return answers;
  try {
    const rows = await numbered(uploads, appending);
    await database.write(async (connection) => {
      await rows.append(connection);
      await tokens.append(connection, nowMs);
    });
    rows.settle();
  } catch (cause) {
    tokens.rollback();
    for (const { group } of uploads) dictionaries.forget(group);
    dictionaries.forgetCommon();
    throw cause;
  }
  tokens.commit(nowMs);
  dictionaries.trim();
  return answers;
}

/** Gives numbers to all that is new, and lays out the rows. */
async function numbered(uploads: readonly Upload[], { database, dictionaries }: Appending) {
  const frames = await dictionaries.frames();
  const measures = await dictionaries.measures();
  const labels = await dictionaries.labels();
  const firstFrame = frames.length;
  const firstMeasure = measures.length;
  const nodes = new Map<GroupId, NewNodes>();
  const samples = new SampleRows();
  const frameRows = new FrameRows();
  const totals = new TotalRows();
  for (const upload of uploads) {
    const { group, profile } = upload;
    const bucket = bucketOf(upload);
    const frameOf = frames.intern(profile.frames, profile.frameId);
    const groupNodes = nodes.get(group) ?? (await newNodes(group, dictionaries));
    nodes.set(group, groupNodes);
    const nodeOf = groupNodes.nodes.intern(profile.nodes, frameOf, groupNodes.widened);
    const usedBefore = (dayMs: number) => labelSetsOf(database, group, dayMs);
    const seen = new Set<string>();
    for (const series of profile.series) {
      const key = {
        group,
        bucket,
        measure: measures.intern(series.measure),
        labels: await labels.numberFor(series.labels, group, bucket, usedBefore),
        state: threadStates.indexOf(series.state),
      };
      samples.add(key, series, nodeOf);
      totals.add(key, series, seen);
    }
    for (const series of profile.frameSeries) {
      const state = threadStates.indexOf(series.state);
      const measure = measures.intern(series.measure);
      frameRows.add({ group, bucket, measure, state }, series, frameOf);
    }
  }
  return {
    append: async (connection: DuckDBConnection) => {
      await frames.append(connection, firstFrame);
      await measures.append(connection, firstMeasure);
      await labels.append(connection);
      for (const [group, fresh] of nodes) await appendNodes(connection, group, fresh);
      await appendColumns(connection, 'samples_hot', samples.columns());
      await appendColumns(connection, 'frame_hot', frameRows.columns());
      await appendColumns(connection, 'totals_hot', totals.columns());
      await appendInstances(connection, uploads);
    },
    settle: () => {
      frames.settle();
      labels.settle();
    },
  };
}

interface NewNodes {
  readonly nodes: Awaited<ReturnType<Dictionaries['nodes']>>;
  /** The first number that is not in the file yet. */
  readonly first: number;
  readonly widened: Set<number>;
}

async function newNodes(group: GroupId, dictionaries: Dictionaries): Promise<NewNodes> {
  const nodes = await dictionaries.nodes(group);
  return { nodes, first: nodes.length, widened: new Set() };
}

async function appendNodes(
  connection: DuckDBConnection,
  group: GroupId,
  { nodes, first, widened }: NewNodes,
): Promise<void> {
  const fresh = nodes.length - first;
  const ids = new Int32Array(fresh + widened.size);
  for (let row = 0; row < fresh; row++) ids[row] = first + row;
  ids.set([...widened], fresh);
  await appendColumns(connection, 'nodes', nodes.rows(group, ids));
}

async function appendInstances(
  connection: DuckDBConnection,
  uploads: readonly Upload[],
): Promise<void> {
  const appender = await connection.createAppender('instances_hot');
  for (const upload of uploads)
    appendInstance(appender, upload.group, bucketOf(upload), upload.facts);
  appender.closeSync();
}

async function labelSetsOf(
  database: Database,
  group: GroupId,
  dayMs: number,
): Promise<readonly number[]> {
  return database.read(async (connection) => {
    const where = `WHERE grp = ${group} AND bucket >= ${dayMs} AND bucket < ${dayMs + tierMs.P1D}`;
    const reader = await connection.runAndReadAll(
      `SELECT DISTINCT labels FROM (
         SELECT labels FROM totals_hot ${where} UNION ALL SELECT labels FROM totals_5m ${where}
         UNION ALL SELECT labels FROM totals_1h ${where} UNION ALL SELECT labels FROM totals_1d ${where})
       WHERE labels <> 0`,
    );
    return reader.getRows().map(([labels]) => Number(labels));
  });
}
