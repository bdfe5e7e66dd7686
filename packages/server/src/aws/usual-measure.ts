import type { Needs } from '../needs.ts';
import type { Group } from '../storage/catalog.ts';
import type { TimeRange } from '../storage/profile-store.ts';

/** Agents of this protocol report wall time by thread state; for all others, what comes closest. */
export async function usualMeasure(
  group: Group,
  range: TimeRange,
  { store }: Pick<Needs, 'store'>,
): Promise<string> {
  const present = (await store.measures(group.id, range)).map(({ measure }) => measure.id);
  return ['wall', 'cpu'].find((id) => present.includes(id)) ?? present[0] ?? 'wall';
}
