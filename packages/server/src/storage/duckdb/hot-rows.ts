import type { GroupId, PreparedFrameSeries, PreparedSeries } from '../profile-store.ts';
import type { Values } from './column-rows.ts';

interface FrameKey {
  readonly group: GroupId;
  readonly bucket: number;
  readonly measure: number;
  readonly state: number;
}

interface SeriesKey extends FrameKey {
  readonly labels: number;
}

interface Numbered<Series> {
  readonly series: Series;
  /** Number of each row of the profile's nodes or frames. */
  readonly numberOf: Int32Array;
}

/** Series of a batch by what their rows have in common. */
class Series<Key extends FrameKey, Of> {
  readonly #ofKey = new Map<string, { readonly key: Key; readonly parts: Numbered<Of>[] }>();

  add(key: Key, part: Numbered<Of>): void {
    const text = Object.values(key).join(' ');
    const known = this.#ofKey.get(text) ?? { key, parts: [] };
    this.#ofKey.set(text, known);
    known.parts.push(part);
  }

  all() {
    return [...this.#ofKey.values()];
  }
}

/** Lines from here on are not told apart when rows are added up, so that node and line fit one exact number. */
const lineLimit = 2 ** 21;

/**
 * Rows of `samples_hot`: one per node and line that has self weight, summed over the batch. Instances of one
 * application have much in common: summed, twice as many profiles a second are stored (bench/store.bench.ts).
 */
export class SampleRows {
  readonly #series = new Series<SeriesKey, PreparedSeries>();
  #most = 0;

  add(key: SeriesKey, series: PreparedSeries, nodeOf: Int32Array): void {
    this.#series.add(key, { series, numberOf: nodeOf });
    this.#most += series.self.length;
  }

  columns(): readonly Values[] {
    const rows = new KeyedRows(this.#most);
    const node = new Int32Array(this.#most);
    const line = new Int32Array(this.#most);
    const self = new Float64Array(this.#most);
    const labels = new Int32Array(this.#most);
    for (const { key, parts } of this.#series.all()) {
      const first = rows.length;
      const rowOf = parts.length > 1 ? new Map<number, number>() : undefined;
      for (const { series, numberOf } of parts) {
        for (let index = 0; index < series.self.length; index++) {
          const weight = series.self[index]!;
          if (weight === 0) continue;
          const number = numberOf[series.node[index]!]!;
          const at = Math.min(series.line[index]!, lineLimit - 1);
          const row = rows.rowFor(number * lineLimit + at, rowOf);
          node[row] = number;
          line[row] = at;
          self[row]! += weight;
        }
      }
      rows.fill(key, first);
      labels.fill(key.labels, first, rows.length);
    }
    const { group, measure, bucket, state } = rows;
    return rows.cut([group, measure, bucket, labels, state, node, line, self]);
  }
}

/** Rows of `frame_hot`: one per frame that has weight, summed over the batch. */
export class FrameRows {
  readonly #series = new Series<FrameKey, PreparedFrameSeries>();
  #most = 0;

  add(key: FrameKey, series: PreparedFrameSeries, frameOf: Int32Array): void {
    this.#series.add(key, { series, numberOf: frameOf });
    this.#most += series.frame.length;
  }

  columns(): readonly Values[] {
    const rows = new KeyedRows(this.#most);
    const frame = new Int32Array(this.#most);
    const self = new Float64Array(this.#most);
    const total = new Float64Array(this.#most);
    for (const { key, parts } of this.#series.all()) {
      const first = rows.length;
      const rowOf = parts.length > 1 ? new Map<number, number>() : undefined;
      for (const { series, numberOf } of parts) {
        for (let index = 0; index < series.frame.length; index++) {
          if (series.total[index] === 0) continue;
          const number = numberOf[series.frame[index]!]!;
          const row = rows.rowFor(number, rowOf);
          frame[row] = number;
          self[row]! += series.self[index]!;
          total[row]! += series.total[index]!;
        }
      }
      rows.fill(key, first);
    }
    const { group, measure, bucket, state } = rows;
    return rows.cut([group, measure, bucket, state, frame, self, total]);
  }
}

/** The columns that all rows of a series share, while rows are counted. */
class KeyedRows {
  length = 0;
  readonly group: Int32Array;
  readonly measure: Int32Array;
  readonly bucket: BigInt64Array;
  readonly state: Int8Array;

  constructor(most: number) {
    this.group = new Int32Array(most);
    this.measure = new Int32Array(most);
    this.bucket = new BigInt64Array(most);
    this.state = new Int8Array(most);
  }

  /** The row of this key; a new one where `rowOf` is undefined, for then no key comes twice. */
  rowFor(key: number, rowOf: Map<number, number> | undefined): number {
    if (rowOf === undefined) return this.length++;
    const known = rowOf.get(key);
    if (known !== undefined) return known;
    rowOf.set(key, this.length);
    return this.length++;
  }

  fill(key: FrameKey, first: number): void {
    this.group.fill(key.group, first, this.length);
    this.measure.fill(key.measure, first, this.length);
    this.bucket.fill(BigInt(key.bucket), first, this.length);
    this.state.fill(key.state, first, this.length);
  }

  cut(columns: readonly Values[]): readonly Values[] {
    return columns.map((column) => column.subarray(0, this.length));
  }
}

/** Rows of `totals_hot`: one per series. */
export class TotalRows {
  readonly #rows: { readonly key: SeriesKey; readonly values: readonly number[] }[] = [];

  /** `seen`: measures, and measures with labels, that the same upload has already had. */
  add(key: SeriesKey, series: PreparedSeries, seen: Set<string>): void {
    const first = (what: string): number => {
      if (seen.has(what)) return 0;
      seen.add(what);
      return 1;
    };
    const profiles = first(`${key.measure}`);
    const labelled = first(`${key.measure}/${key.labels}`);
    this.#rows.push({ key, values: [series.total, series.count, profiles, labelled] });
  }

  columns(): readonly Values[] {
    const rows = this.#rows;
    return [
      Int32Array.from(rows, ({ key }) => key.group),
      Int32Array.from(rows, ({ key }) => key.measure),
      BigInt64Array.from(rows, ({ key }) => BigInt(key.bucket)),
      Int32Array.from(rows, ({ key }) => key.labels),
      Int8Array.from(rows, ({ key }) => key.state),
      ...[0, 1, 2, 3].map((column) => Float64Array.from(rows, ({ values }) => values[column]!)),
    ];
  }
}
