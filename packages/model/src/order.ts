import type { CallTree } from './call-tree.ts';

/** heavy: the largest total first, equal ones by name. name: A to Z. */
export type SiblingOrder = 'heavy' | 'name';

/** Node rows in depth-first order, siblings as asked. `totals` is not read for 'name'. */
export function preorder(
  tree: CallTree,
  totals: Float64Array,
  order: SiblingOrder,
): Int32Array<ArrayBuffer> {
  const { length } = tree;
  const { start, children } = childTable(tree);
  const byName = nameOrder(tree);
  const before =
    order === 'name' ? byName : (a: number, b: number) => totals[b]! - totals[a]! || byName(a, b);
  const rows = new Int32Array(length);
  // Nodes still to visit, next on top. Each is pushed once, so the stack never outgrows the tree.
  const stack = new Int32Array(length);
  let height = 1;
  for (let at = 0; height > 0; at++) {
    const node = stack[--height]!;
    rows[at] = node;
    const from = start[node]!;
    const to = start[node + 1]!;
    sortRange(children, { from, to }, before);
    for (let i = to - 1; i >= from; i--) stack[height++] = children[i]!;
  }
  return rows;
}

/** Children of node i: `children[start[i]] … children[start[i + 1] - 1]`. */
function childTable({ length, parent }: CallTree) {
  const start = new Int32Array(length + 1);
  for (let node = 1; node < length; node++) start[parent[node]! + 1]!++;
  for (let node = 0; node < length; node++) start[node + 1]! += start[node]!;
  const next = start.slice();
  const children = new Int32Array(length - 1);
  for (let node = 1; node < length; node++) children[next[parent[node]!]!++] = node;
  return { start, children };
}

/** By insertion where there are few: the built-in sort copies what it sorts, which costs more than sorting. */
function sortRange(
  rows: Int32Array,
  { from, to }: { readonly from: number; readonly to: number },
  before: (a: number, b: number) => number,
): void {
  if (to - from > 12) {
    rows.subarray(from, to).sort(before);
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const row = rows[i]!;
    let at = i;
    for (; at > from && before(rows[at - 1]!, row) > 0; at--) rows[at] = rows[at - 1]!;
    rows[at] = row;
  }
}

/** By name, file, module, so that one picture does not depend on the order in which frames were met. */
function nameOrder({ frame, frames }: CallTree): (a: number, b: number) => number {
  const { name, file, module } = frames;
  return (a, b) => {
    const x = frame[a]!;
    const y = frame[b]!;
    return (
      compare(name[x]!, name[y]!) ||
      compare(file[x]!, file[y]!) ||
      compare(module[x]!, module[y]!) ||
      frames.runtime[x]! - frames.runtime[y]!
    );
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
