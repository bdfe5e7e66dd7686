import { counted } from '../show/quantity.ts';

/** Above this the widest interval is ±2.2 percentage points, and a note would only be noise itself. */
const enough = 2000;

/** How many samples there are, and what shares are worth where that is few. */
export function Samples({ samples }: { samples: number }) {
  if (samples === 0)
    return (
      <span class="note" title="No sample stands behind what is shown, so no error can be told">
        Nothing was sampled: only totals were measured.
      </span>
    );
  if (samples >= enough) return <span class="muted">{counted(samples, 'sample')}</span>;
  return (
    <span class="note">
      {counted(samples, 'sample')} so far: each share is good to about {noise(samples)}.
    </span>
  );
}

/** Half the widest 95 % interval of a share, reached at 50 %, in percentage points. */
export function noise(samples: number): string {
  const points = Math.min(1, 0.98 / Math.sqrt(samples)) * 100;
  return `±${points >= 3 ? points.toFixed(0) : points.toFixed(1)}\u00a0points`;
}
