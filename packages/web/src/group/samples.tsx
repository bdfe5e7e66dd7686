import { counted } from '../show/quantity.ts';

/** Above this the widest interval is ±2.2 percentage points, and a note would only be noise itself. */
const enough = 2000;

/** How many samples there are, and what differences are worth where that is few. */
export function Samples({ samples }: { samples: number }) {
  if (samples === 0 || samples >= enough)
    return <span class="muted">{counted(samples, 'sample')}</span>;
  return (
    <span class="note">
      {counted(samples, 'sample')}: differences below {noise(samples)} are noise.
    </span>
  );
}

/** Half the widest 95 % interval of a share, reached at 50 %, in words. */
export function noise(samples: number): string {
  const points = (0.98 / Math.sqrt(samples)) * 100;
  return `±${points >= 3 ? points.toFixed(0) : points.toFixed(1)}\u00a0percentage points`;
}
