import { randomUUID } from 'node:crypto';
import { Problem, type ThreadState } from '@everflame/model';
import type {
  Anomaly,
  AnomalyInstance,
  Feedback,
  Findings,
  FindingsReport,
  NewAnomaly,
  NewReport,
  Recommendation,
  ReportQuery,
} from './findings.ts';
import { isNamed } from './is-named.ts';
import type { GroupId, TimeRange } from './profile-store.ts';
import type { Sql, SqlRow, SqlValue } from './sql.ts';

const selectReports = `SELECT r.*, g.name AS group_name
  FROM findings_reports r JOIN profiling_groups g ON g.id = r.group_id`;

export class SqlFindings implements Findings {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  putReport(report: NewReport): Promise<FindingsReport> {
    const { group, fromMs, toMs, isDaily, recommendations } = report;
    const content = [isDaily ? 1 : 0, recommendations.length, JSON.stringify(recommendations)];
    return this.#sql.transaction(async (sql) => {
      const [updated] = await sql.query(
        `UPDATE findings_reports SET is_daily = $4, total = $5, recommendations = $6
         WHERE group_id = $1 AND from_ms = $2 AND to_ms = $3 RETURNING id`,
        [group, fromMs, toMs, ...content],
      );
      const id = updated === undefined ? randomUUID() : String(updated.id);
      if (updated === undefined) {
        await sql.query('INSERT INTO findings_reports VALUES ($1, $2, $3, $4, $5, $6, $7)', [
          ...[id, group, fromMs, toMs],
          ...content,
        ]);
      }
      const [row] = await sql.query(`${selectReports} WHERE r.id = $1`, [id]);
      // The group may be gone since whoever reports has looked at it.
      if (row === undefined) throw new Problem('unknown-group');
      return reportOf(row);
    });
  }

  async reports({ group, within, range, isDaily, after, limit }: ReportQuery) {
    const wanted: string[] = ['1 = 1'];
    const values: SqlValue[] = [];
    const place = (value: SqlValue) => `$${values.push(value)}`;
    if (group !== undefined) wanted.push(`r.group_id = ${place(group)}`);
    if (within !== undefined) wanted.push(isNamed('g.name', within, place));
    if (isDaily !== undefined) wanted.push(`r.is_daily = ${place(isDaily ? 1 : 0)}`);
    if (range !== undefined) {
      wanted.push(`r.from_ms < ${place(range.toMs)}`, `r.to_ms > ${place(range.fromMs)}`);
    }
    if (after !== undefined) {
      const [toMs, id] = [place(after.toMs), place(after.id)];
      wanted.push(`(r.to_ms < ${toMs} OR (r.to_ms = ${toMs} AND r.id < ${id}))`);
    }
    const rows = await this.#sql.query(
      `${selectReports} WHERE ${wanted.join(' AND ')}
       ORDER BY r.to_ms DESC, r.id DESC LIMIT ${place(limit)}`,
      values,
    );
    return rows.map(reportOf);
  }

  async recommendations(group: GroupId, range: TimeRange): Promise<readonly Recommendation[]> {
    const rows = await this.#sql.query(
      `SELECT recommendations FROM findings_reports
       WHERE group_id = $1 AND from_ms < $3 AND to_ms > $2 ORDER BY to_ms DESC, id DESC`,
      [group, range.fromMs, range.toMs],
    );
    return rows
      .flatMap((row) => JSON.parse(String(row.recommendations)) as Recommendation[])
      .filter(({ fromMs, toMs }) => fromMs < range.toMs && toMs > range.fromMs);
  }

  putAnomaly(group: GroupId, anomaly: NewAnomaly): Promise<Anomaly> {
    const { id = randomUUID(), reason, frame, states, instances } = anomaly;
    return this.#sql.transaction(async (sql) => {
      const [row] = await sql.query(
        `INSERT INTO anomalies
           SELECT CAST($2 AS TEXT), id, CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT)
           FROM profiling_groups WHERE id = $1
         ON CONFLICT (id) DO UPDATE SET
           reason = EXCLUDED.reason, frame = EXCLUDED.frame, states = EXCLUDED.states
         RETURNING id`,
        [group, id, reason, frame, JSON.stringify(states)],
      );
      // The group may be gone since whoever found it has looked at it.
      if (row === undefined) throw new Problem('unknown-group');
      const before = await instancesOf(sql, id);
      const kept: AnomalyInstance[] = [];
      for (const instance of instances) {
        const feedback =
          instance.feedback ?? before.find((other) => other.id === instance.id)?.feedback;
        kept.push({ ...instance, feedback });
        await putInstance(sql, { group, anomaly: id }, { ...instance, feedback });
      }
      const gone = before.filter((old) => instances.every((instance) => instance.id !== old.id));
      for (const old of gone)
        await sql.query('DELETE FROM anomaly_instances WHERE id = $1', [old.id]);
      return { id, reason, frame, states, instances: kept };
    });
  }

  async anomalies(group: GroupId, range: TimeRange): Promise<readonly Anomaly[]> {
    const rows = await this.#sql.query(
      `SELECT a.id AS anomaly_id, a.reason, a.frame, a.states, i.*
       FROM anomaly_instances i JOIN anomalies a ON a.id = i.anomaly_id
       WHERE i.group_id = $1 AND i.from_ms < $3 AND (i.to_ms IS NULL OR i.to_ms > $2)
       ORDER BY i.from_ms, i.id`,
      [group, range.fromMs, range.toMs],
    );
    const anomalies = new Map<string, Anomaly & { readonly instances: AnomalyInstance[] }>();
    for (const row of rows) {
      const id = String(row.anomaly_id);
      const anomaly = anomalies.get(id) ?? { ...anomalyOf(row), instances: [] };
      anomaly.instances.push(instanceOf(row));
      anomalies.set(id, anomaly);
    }
    return [...anomalies.values()];
  }

  async giveFeedback(group: GroupId, instance: string, feedback: Feedback): Promise<void> {
    const [row] = await this.#sql.query(
      `UPDATE anomaly_instances SET feedback_type = $3, feedback_comment = $4
       WHERE group_id = $1 AND id = $2 RETURNING id`,
      [group, instance, feedback.type, feedback.comment ?? null],
    );
    if (row === undefined) {
      throw new Problem('unknown-anomaly', `The group has no anomaly instance “${instance}”.`);
    }
  }

  async forgetBefore(ms: number): Promise<void> {
    await this.#sql.transaction(async (sql) => {
      await sql.query('DELETE FROM findings_reports WHERE to_ms < $1', [ms]);
      await sql.query('DELETE FROM anomaly_instances WHERE to_ms < $1', [ms]);
      await sql.query(
        'DELETE FROM anomalies WHERE id NOT IN (SELECT anomaly_id FROM anomaly_instances)',
      );
    });
  }
}

const reportOf = (row: SqlRow): FindingsReport => ({
  id: String(row.id),
  group: Number(row.group_id),
  groupName: String(row.group_name),
  fromMs: Number(row.from_ms),
  toMs: Number(row.to_ms),
  isDaily: row.is_daily === 1,
  total: Number(row.total),
});

async function putInstance(
  sql: Sql,
  { group, anomaly }: { readonly group: GroupId; readonly anomaly: string },
  { id, fromMs, toMs, feedback }: AnomalyInstance,
): Promise<void> {
  await sql.query(
    `INSERT INTO anomaly_instances VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET from_ms = EXCLUDED.from_ms, to_ms = EXCLUDED.to_ms,
       feedback_type = EXCLUDED.feedback_type, feedback_comment = EXCLUDED.feedback_comment`,
    [id, anomaly, group, fromMs, toMs ?? null, feedback?.type ?? null, feedback?.comment ?? null],
  );
}

async function instancesOf(sql: Sql, anomaly: string): Promise<readonly AnomalyInstance[]> {
  const rows = await sql.query('SELECT * FROM anomaly_instances WHERE anomaly_id = $1', [anomaly]);
  return rows.map(instanceOf);
}

const anomalyOf = (row: SqlRow): Omit<Anomaly, 'instances'> => ({
  id: String(row.anomaly_id),
  reason: String(row.reason),
  frame: String(row.frame),
  states: JSON.parse(String(row.states)) as ThreadState[],
});

const instanceOf = (row: SqlRow): AnomalyInstance => ({
  id: String(row.id),
  fromMs: Number(row.from_ms),
  toMs: row.to_ms == null ? undefined : Number(row.to_ms),
  feedback: row.feedback_type == null ? undefined : feedbackOf(row),
});

const feedbackOf = (row: SqlRow): Feedback => ({
  type: row.feedback_type as Feedback['type'],
  comment: row.feedback_comment == null ? undefined : String(row.feedback_comment),
});
