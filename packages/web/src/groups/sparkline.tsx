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
  return reported(values).map(({ start, run }) => {
    // A lone value needs a width to be seen, within the picture.
    const spare = run.length === 1 ? step / 2 : 0;
    const from = Math.max(0, start * step - spare);
    const to = Math.min(width, (start + run.length - 1) * step + spare);
    const level = (value: number) => (height - 2 - (value / most) * (height - 4)).toFixed(1);
    const points = run.map((value, i) => `${(from + i * step).toFixed(1)} ${level(value)}`);
    if (run.length === 1) points.push(`${to.toFixed(1)} ${level(run[0] ?? 0)}`);
    const line = `M${points.join('L')}`;
    return { line, area: `${line}L${to.toFixed(1)} ${height}L${from.toFixed(1)} ${height}Z` };
  });
}

/** The values between gaps, and the bucket in which each run begins. */
function reported(values: readonly (number | null)[]): { start: number; run: number[] }[] {
  const runs: { start: number; run: number[] }[] = [];
  values.forEach((value, i) => {
    if (value === null) return;
    if ((values[i - 1] ?? null) === null) runs.push({ start: i, run: [] });
    runs.at(-1)?.run.push(value);
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
