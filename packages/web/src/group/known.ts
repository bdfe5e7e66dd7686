import type { GroupDetail, MeasureInfo } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { useEffect, useState } from 'preact/hooks';
import { ask, viewAddress } from '../api/questions.ts';
import { useResource } from '../api/resource.ts';

/** As long as the finest buckets are kept. */
const longest = '-15d';

/**
 * What the group has in any range: it keeps views, filters and figures in their places where the range that is
 * looked at has none. Asked once; what came later was in a range that was looked at.
 */
export function useKnown(detail: GroupDetail, isCurrent: boolean) {
  const key = viewAddress(paths.group(detail.name), [
    ['from', longest],
    ['to', 'now'],
  ]);
  const { value } = useResource(key, 0, ask.group);
  const [last, keep] = useState<readonly MeasureInfo[]>([]);
  useEffect(() => {
    if (isCurrent && detail.measures.length > 0) keep(detail.measures);
  }, [detail.measures, isCurrent]);
  const measures = value?.measures ?? [];
  const more = last.filter((one) => measures.every(({ measure }) => measure !== one.measure));
  return {
    isAnswered: value !== undefined,
    measures: [...measures, ...more],
    labels: value?.labels ?? {},
    facts: value?.facts,
  };
}
