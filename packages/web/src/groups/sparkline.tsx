const width = 120;
const height = 24;

/** One run of buckets that were reported; the others are gaps. */
interface Run {
  readonly line: string;
  readonly area: string;
}

/** What was reported last; undefined where nothing was. */
export const newest = (values: readonly (number | null)[]): number | undefined =>
  values.findLast((value) => value !== null) ?? undefined;

/** A path for each run of values, one value per bucket; a lone value is a level line of its bucket's width. */
export function sparkRuns(values: readonly (number | null)[]): readonly Run[] {
  const most = Math.max(...values.map((value) => value ?? 0), 1e-9);
  const step = width / Math.max(1, values.length - 1);
  const at = (x: number, value: number) =>
    `${x.toFixed(1)} ${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`;
  const runs: Run[] = [];
  let points: string[] = [];
  let from = 0;
  values.forEach((value, i) => {
    if (value === null) return;
    const x = i * step;
    const isFirst = (values[i - 1] ?? null) === null;
    const isLast = (values[i + 1] ?? null) === null;
    // A lone value needs a width to be seen, within the picture.
    from = isFirst ? (isLast ? Math.max(0, x - step / 2) : x) : from;
    if (isFirst) points = [];
    points.push(at(isFirst ? from : x, value));
    if (!isLast) return;
    const end = isFirst ? Math.min(width, x + step / 2) : x;
    if (isFirst) points.push(at(end, value));
    const line = `M${points.join('L')}`;
    runs.push({ line, area: `${line}L${end.toFixed(1)} ${height}L${from.toFixed(1)} ${height}Z` });
  });
  return runs;
}

interface SparklineProps {
  readonly values: readonly (number | null)[];
  readonly label: string;
}

export const Sparkline = ({ values, label }: SparklineProps) => (
  <svg class="spark" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
    {sparkRuns(values).map(({ line, area }) => (
      <g key={line}>
        <path class="spark-area" d={area} />
        <path class="spark-line" d={line} />
      </g>
    ))}
  </svg>
);
