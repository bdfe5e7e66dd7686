/** Standard normal quantile of a two-sided 95 % interval. */
const z = 1.959963984540054;

/**
 * Wilson's 95 % interval of a share seen in n raw observations. [0, 1] where nothing was seen;
 * a share outside 0…1 is taken as the nearer end.
 */
export function wilson(share: number, n: number): readonly [low: number, high: number] {
  if (!(n > 0)) return [0, 1];
  const p = Math.min(1, Math.max(0, share || 0));
  const z2 = z * z;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return [Math.max(0, Math.min(p, centre - half)), Math.min(1, Math.max(p, centre + half))];
}
