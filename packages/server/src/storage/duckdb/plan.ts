import type { DuckDBConnection } from '@duckdb/node-api';
import { type Tier, type TimeRange, tierMs, tiers } from '../profile-store.ts';
import type { Level } from './tables.ts';

/** What is known of a tier: it holds every bucket in `keptFrom ≤ t < rolledUntil`. */
interface TierState {
  readonly rolledUntil: number;
  readonly keptFrom: number;
}
export type TierStates = Readonly<Record<Tier, TierState>>;

interface Segment extends TimeRange {
  readonly level: Level;
}

export interface Plan extends TimeRange {
  /** Disjoint, but for hot rows, which no tier has yet and which are looked for in the whole range. */
  readonly segments: readonly Segment[];
  /** The coarsest tier read. */
  readonly tier: Tier;
}

export async function tierStates(connection: DuckDBConnection): Promise<TierStates> {
  const reader = await connection.runAndReadAll('SELECT tier, rolled_until, kept_from FROM tiers');
  const states = reader
    .getRows()
    .map(([tier, rolledUntil, keptFrom]) => [
      tier,
      { rolledUntil: Number(rolledUntil), keptFrom: Number(keptFrom) },
    ]);
  return Object.fromEntries(states) as TierStates;
}

const down = (ms: number, width: number): number => Math.floor(ms / width) * width;
const up = (ms: number, width: number): number => Math.ceil(ms / width) * width;

/** The finest tier that still has the moment. */
const finestAt = (ms: number, states: TierStates): Tier =>
  tiers.find((tier) => ms >= states[tier].keptFrom) ?? 'P1D';

/**
 * What to read for a range. It is widened to whole buckets of the finest tier available at either end;
 * from there the coarsest tier that fits is taken, and finer ones at the edges:
 *
 *       5m  1h 1h          1d          1h 5m
 *     [-|--|--|--|---------------------|--|-]
 */
export function planned(range: TimeRange, states: TierStates): Plan {
  const fromMs = down(range.fromMs, tierMs[finestAt(range.fromMs, states)]);
  const toMs = Math.max(fromMs, up(range.toMs, tierMs[finestAt(range.toMs - 1, states)]));
  const segments = filled({ fromMs, toMs }, [...tiers].reverse(), states);
  const tier = [...tiers].reverse().find((each) => segments.some(({ level }) => level === each));
  return {
    fromMs,
    toMs,
    segments: [...segments, { level: 'hot', fromMs, toMs }],
    tier: tier ?? 'PT5M',
  };
}

/** What to read for a series of buckets of one width: that tier as far as it was rolled, finer ones after. */
export function plannedSeries(range: TimeRange, tier: Tier, states: TierStates): Plan {
  const width = tierMs[tier];
  const fromMs = Math.max(down(range.fromMs, width), states[tier].keptFrom);
  const toMs = Math.max(fromMs, up(range.toMs, width));
  const usable = [...tiers.slice(0, tiers.indexOf(tier) + 1)].reverse();
  const segments = filled({ fromMs, toMs }, usable, states);
  return { fromMs, toMs, tier, segments: [...segments, { level: 'hot', fromMs, toMs }] };
}

function filled(range: TimeRange, usable: readonly Tier[], states: TierStates): Segment[] {
  const [tier, ...finer] = usable;
  if (tier === undefined || range.fromMs >= range.toMs) return [];
  const { rolledUntil } = states[tier];
  // The finest tier holds whatever is not hot, closed or not.
  const until = finer.length === 0 ? range.toMs : Math.min(range.toMs, rolledUntil);
  const fromMs = up(range.fromMs, tierMs[tier]);
  const toMs = down(until, tierMs[tier]);
  if (fromMs >= toMs) return filled(range, finer, states);
  return [
    ...filled({ fromMs: range.fromMs, toMs: fromMs }, finer, states),
    { level: tier, fromMs, toMs },
    ...filled({ fromMs: toMs, toMs: range.toMs }, finer, states),
  ];
}
