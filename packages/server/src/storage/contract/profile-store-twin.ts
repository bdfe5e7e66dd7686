import { type CallTree, path } from '@everflame/model';
import { type TimeRange, tierMs, type Upload } from '../profile-store.ts';

/** Self weights by path of names, `main;parse;read`. */
export type PathWeights = Readonly<Record<string, number>>;

const bucketOf = ({ startMs, endMs }: Upload): number => {
  const middle = Math.floor((startMs + endMs) / 2);
  return middle - (middle % tierMs.PT5M);
};

/** What a store means, the slow and obvious way: every upload kept, every answer a loop over all of them. */
export class ProfileStoreTwin {
  readonly #uploads: Upload[] = [];

  append(upload: Upload): void {
    this.#uploads.push(upload);
  }

  /** Sums of a measure over the uploads whose bucket lies in the range. */
  weights(group: number, measure: string, { fromMs, toMs }: TimeRange): PathWeights {
    const weights = new Map<string, number>();
    for (const upload of this.#uploads) {
      const bucket = bucketOf(upload);
      if (upload.group !== group || bucket < fromMs || bucket >= toMs) continue;
      const { nodes, frames, series } = upload.profile;
      for (const { measure: of, node, self } of series) {
        if (of.id !== measure) continue;
        for (const [row, weight] of self.entries()) {
          const key = path(nodes, node[row]!)
            .map((each) => frames.name[nodes.frame[each]!]!)
            .join(';');
          weights.set(key, (weights.get(key) ?? 0) + weight);
        }
      }
    }
    return sorted(weights);
  }

  /** Totals of a measure by start of the bucket of this width. */
  totals(group: number, measure: string, widthMs: number): ReadonlyMap<number, number> {
    const totals = new Map<number, number>();
    for (const upload of this.#uploads.filter((each) => each.group === group)) {
      const t = Math.floor(bucketOf(upload) / widthMs) * widthMs;
      for (const { measure: of, self } of upload.profile.series) {
        if (of.id !== measure) continue;
        totals.set(t, (totals.get(t) ?? 0) + self.reduce((sum, weight) => sum + weight, 0));
      }
    }
    return totals;
  }
}

/** Self weights of all columns of a tree by path of names. */
export function weightsOf(tree: CallTree): PathWeights {
  const weights = new Map<string, number>();
  for (const { self } of tree.columns) {
    for (const [node, weight] of self.entries()) {
      if (weight === 0) continue;
      const key = path(tree, node)
        .map((each) => tree.frames.name[tree.frame[each]!]!)
        .join(';');
      weights.set(key, (weights.get(key) ?? 0) + weight);
    }
  }
  return sorted(weights);
}

const sorted = (weights: ReadonlyMap<string, number>): PathWeights =>
  Object.fromEntries([...weights].sort(([a], [b]) => (a < b ? -1 : 1)));
