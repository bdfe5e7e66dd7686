import type { GroupId, PreparedFrameSeries, PreparedSeries, Upload } from '../profile-store.ts';
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

const sumOf = <T>(items: readonly T[], size: (item: T) => number): number =>
  items.reduce((sum, item) => sum + size(item), 0);

/** Rows of `samples_hot`: one per node and line that has self weight. */
export class SampleRows {
  #length = 0;
  readonly #group: Int32Array;
  readonly #measure: Int32Array;
  readonly #bucket: BigInt64Array;
  readonly #labels: Int32Array;
  readonly #state: Int8Array;
  readonly #node: Int32Array;
  readonly #line: Int32Array;
  readonly #self: Float64Array;

  constructor(uploads: readonly Upload[]) {
    const most = sumOf(uploads, ({ profile }) => sumOf(profile.series, ({ self }) => self.length));
    this.#group = new Int32Array(most);
    this.#measure = new Int32Array(most);
    this.#bucket = new BigInt64Array(most);
    this.#labels = new Int32Array(most);
    this.#state = new Int8Array(most);
    this.#node = new Int32Array(most);
    this.#line = new Int32Array(most);
    this.#self = new Float64Array(most);
  }

  add(key: SeriesKey, series: PreparedSeries, nodeOf: Int32Array): void {
    const { node, line, self } = series;
    const first = this.#length;
    let row = first;
    for (let index = 0; index < self.length; index++) {
      if (self[index] === 0) continue;
      this.#node[row] = nodeOf[node[index]!]!;
      this.#line[row] = line[index]!;
      this.#self[row] = self[index]!;
      row++;
    }
    this.#group.fill(key.group, first, row);
    this.#measure.fill(key.measure, first, row);
    this.#bucket.fill(BigInt(key.bucket), first, row);
    this.#labels.fill(key.labels, first, row);
    this.#state.fill(key.state, first, row);
    this.#length = row;
  }

  columns(): readonly Values[] {
    return [
      this.#group,
      this.#measure,
      this.#bucket,
      this.#labels,
      this.#state,
      this.#node,
      this.#line,
      this.#self,
    ].map((column) => column.subarray(0, this.#length));
  }
}

/** Rows of `frame_hot`. */
export class FrameRows {
  #length = 0;
  readonly #group: Int32Array;
  readonly #measure: Int32Array;
  readonly #bucket: BigInt64Array;
  readonly #state: Int8Array;
  readonly #frame: Int32Array;
  readonly #self: Float64Array;
  readonly #total: Float64Array;

  constructor(uploads: readonly Upload[]) {
    const most = sumOf(uploads, ({ profile }) =>
      sumOf(profile.frameSeries, (each) => each.self.length),
    );
    this.#group = new Int32Array(most);
    this.#measure = new Int32Array(most);
    this.#bucket = new BigInt64Array(most);
    this.#state = new Int8Array(most);
    this.#frame = new Int32Array(most);
    this.#self = new Float64Array(most);
    this.#total = new Float64Array(most);
  }

  add(key: FrameKey, series: PreparedFrameSeries, frameOf: Int32Array): void {
    const { frame, self, total } = series;
    const first = this.#length;
    let row = first;
    for (let index = 0; index < frame.length; index++) {
      if (total[index] === 0) continue;
      this.#frame[row] = frameOf[frame[index]!]!;
      this.#self[row] = self[index]!;
      this.#total[row] = total[index]!;
      row++;
    }
    this.#group.fill(key.group, first, row);
    this.#measure.fill(key.measure, first, row);
    this.#bucket.fill(BigInt(key.bucket), first, row);
    this.#state.fill(key.state, first, row);
    this.#length = row;
  }

  columns(): readonly Values[] {
    return [
      this.#group,
      this.#measure,
      this.#bucket,
      this.#state,
      this.#frame,
      this.#self,
      this.#total,
    ].map((column) => column.subarray(0, this.#length));
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
