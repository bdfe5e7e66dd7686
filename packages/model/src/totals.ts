import type { CallTree, Column } from './call-tree.ts';

/**
 * total = self + elided + Σ total(children), per node. Callers come before callees, so backwards
 * meets callees first. Exact as long as the weights are integers whose sum stays below 2^53.
 */
export function totals(
  tree: Pick<CallTree, 'length' | 'parent'>,
  column: Pick<Column, 'self' | 'elided'>,
): Float64Array {
  const { length, parent } = tree;
  const { self, elided } = column;
  const total = self.slice(0, length);
  if (elided) for (let node = 0; node < length; node++) total[node]! += elided[node]!;
  for (let node = length - 1; node > 0; node--) total[parent[node]!]! += total[node]!;
  return total;
}
