import type { FrameInfo, Hotspots } from '@everflame/api';
import {
  type CallTree,
  type Column,
  frameIds,
  frameWeights,
  hashHex,
  runtimes,
  totals,
  wilson,
} from '@everflame/model';

export interface HotspotQuery {
  readonly sort: 'self' | 'total';
  readonly limit: number;
  /** Case-insensitive part of name, file or module. */
  readonly q?: string | undefined;
}

/** Functions by their cost, from the full tree. `count`: raw observations, what the intervals are made of. */
export function hotspots(
  tree: CallTree,
  column: Column,
  query: HotspotQuery & { readonly count: number },
): Hotspots {
  const nodeTotals = totals(tree, column);
  const { self, total } = frameWeights(tree, column, nodeTotals);
  const places = placesOf(tree, nodeTotals);
  const whole = nodeTotals[0] ?? 0;
  const by = query.sort === 'self' ? self : total;
  const fits = matcher(tree, query.q);
  const rows = [...total.keys()]
    .filter((frame) => frame > 0 && (total[frame] ?? 0) > 0 && fits(frame))
    .sort((a, b) => (by[b] ?? 0) - (by[a] ?? 0) || (total[b] ?? 0) - (total[a] ?? 0) || a - b);
  const ids = frameIds(tree.frames);
  const interval = (weight: number): [number, number, number] => {
    const share = whole > 0 ? weight / whole : 0;
    const [low, high] = wilson(share, query.count);
    return [share, low, high];
  };
  return {
    measure: column.measure.id,
    unit: column.measure.unit,
    total: whole,
    count: query.count,
    frames: rows.length,
    rows: rows.slice(0, query.limit).map((frame) => ({
      frame: frameInfo(tree, frame, ids[frame] ?? 0n),
      self: self[frame] ?? 0,
      total: total[frame] ?? 0,
      selfShare: interval(self[frame] ?? 0),
      totalShare: interval(total[frame] ?? 0),
      places: places[frame] ?? 0,
    })),
  };
}

export const frameInfo = ({ frames }: CallTree, row: number, id: bigint): FrameInfo => ({
  id: hashHex(id),
  name: frames.name[row] ?? '',
  file: frames.file[row] ?? '',
  module: frames.module[row] ?? '',
  runtime: runtimes[frames.runtime[row] ?? 0] ?? 'other',
});

/** Whether a frame of the tree has the text in its name, file or module. */
export function matcher({ frames }: CallTree, q: string | undefined): (frame: number) => boolean {
  const text = q?.toLowerCase() ?? '';
  if (text === '') return () => true;
  return (frame) =>
    (frames.name[frame] ?? '').toLowerCase().includes(text) ||
    (frames.file[frame] ?? '').toLowerCase().includes(text) ||
    (frames.module[frame] ?? '').toLowerCase().includes(text);
}

function placesOf(tree: CallTree, nodeTotals: Float64Array): Uint32Array {
  const places = new Uint32Array(tree.frames.length);
  for (let node = 1; node < tree.length; node++) {
    const frame = tree.frame[node] ?? 0;
    if ((nodeTotals[node] ?? 0) > 0) places[frame] = (places[frame] ?? 0) + 1;
  }
  return places;
}
