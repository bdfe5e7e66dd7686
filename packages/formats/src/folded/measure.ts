import type { Hints } from '../format.ts';
import { type ColumnPlan, planColumns } from '../pprof/sample-type.ts';

const unitNames: Readonly<Record<string, string>> = { ns: 'nanoseconds', samples: 'count' };

/** What the counts of a format mean that does not say: told by hints, in pprof's words or ours. */
export function measureOfHints(hints: Hints): Pick<ColumnPlan, 'measure' | 'scale'> {
  const { sampleType = 'samples', unit = 'samples' } = hints;
  const none = { type: '', unit: '' };
  const plan = planColumns({
    types: [{ type: sampleType, unit: unitNames[unit] ?? unit }],
    periodType: none,
    period: 0,
    isSinceStart: false,
    hints,
  });
  // One type gives one column.
  return plan.columns[0]!;
}
