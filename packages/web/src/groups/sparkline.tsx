const width = 120;
const height = 24;

/** A path through the values, one per bucket; a lone value is a level line. */
export function sparkPath(values: readonly number[]): string {
  const most = Math.max(...values, 1e-9);
  const step = width / Math.max(1, values.length - 1);
  const points = values.map(
    (value, i) =>
      `${(i * step).toFixed(1)} ${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`,
  );
  if (points.length === 1) points.push(points[0]?.replace(/^\S+/, String(width)) ?? '');
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

export const Sparkline = ({ values, label }: { values: readonly number[]; label: string }) => {
  const line = sparkPath(values);
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {line !== '' && <path class="spark-area" d={`${line}L${width} ${height}L0 ${height}Z`} />}
      {line !== '' && <path class="spark-line" d={line} />}
    </svg>
  );
};
