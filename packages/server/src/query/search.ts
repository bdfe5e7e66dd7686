import type { SearchAnswer } from '@everflame/api';
import { type CallTree, type Column, frameIds, frameWeights, totals } from '@everflame/model';
import { frameInfo, matcher } from './hotspots.ts';

/** How much lies under functions whose name, file or module has the text; a match inside a match counts once. */
export function search(
  tree: CallTree,
  column: Column,
  { q, limit }: { readonly q: string; readonly limit: number },
): SearchAnswer {
  const nodeTotals = totals(tree, column);
  const fits = matcher(tree, q);
  const matches = Uint8Array.from(tree.frames.name, (_, frame) =>
    frame > 0 && fits(frame) ? 1 : 0,
  );
  const { nodes, weight } = underMatches(tree, nodeTotals, matches);
  const { total } = frameWeights(tree, column, nodeTotals);
  const ids = frameIds(tree.frames);
  const found = [...total.keys()].filter(
    (frame) => matches[frame] === 1 && (total[frame] ?? 0) > 0,
  );
  const whole = nodeTotals[0] ?? 0;
  return {
    share: whole > 0 ? weight / whole : 0,
    frames: found.length,
    nodes,
    top: found
      .sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0) || a - b)
      .slice(0, limit)
      .map((frame) => ({
        frame: frameInfo(tree, frame, ids[frame] ?? 0n),
        total: total[frame] ?? 0,
      })),
  };
}

/** Callers come before callees, so whether a match lies above is known when a node is reached. */
function underMatches(tree: CallTree, nodeTotals: Float64Array, matches: Uint8Array) {
  const isUnder = new Uint8Array(tree.length);
  let nodes = 0;
  let weight = 0;
  for (let node = 1; node < tree.length; node++) {
    const above = isUnder[tree.parent[node] ?? 0] ?? 0;
    const isMatch = matches[tree.frame[node] ?? 0] === 1;
    const total = nodeTotals[node] ?? 0;
    if (isMatch && total > 0) nodes++;
    if (isMatch && above === 0) weight += total;
    isUnder[node] = isMatch ? 1 : above;
  }
  return { nodes, weight };
}
