import { count } from '../show/quantity.ts';

/** Above this the widest interval is ±1.5 percentage points, and a note would only be noise itself. */
const enough = 4000;

/** What differences are worth, where there is little to tell them by. */
export function FewSamples({ samples }: { samples: number }) {
  if (samples === 0 || samples >= enough) return undefined;
  // Half the widest 95 % interval of a share, reached at 50 %.
  const points = (0.98 / Math.sqrt(samples)) * 100;
  return (
    <span class="note">
      {count(samples)} samples: differences below ±
      {points >= 3 ? points.toFixed(0) : points.toFixed(1)}
      {'\u00a0'}pp are noise.
    </span>
  );
}
