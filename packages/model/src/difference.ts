import type { CallTree, Column } from './call-tree.ts';
import { ColumnSet } from './column-set.ts';
import { overlay } from './merge.ts';

/** Two trees laid over each other: row i of `a` and of `b` is the same path. */
export interface TreeDifference {
  /** Both share frames, parents, frames of nodes and lines; only their columns differ. */
  readonly a: CallTree;
  /** Columns match those of `a` one by one, with zeros where a side has none. */
  readonly b: CallTree;
  /** Per node: 1 only in a, 2 only in b, 3 in both. */
  readonly presence: Uint8Array;
}

export const onlyInA = 1;
export const onlyInB = 2;
export const inBoth = 3;

export function difference(a: CallTree, b: CallTree): TreeDifference {
  const { builder, rowsOf } = overlay([a, b]);
  const presence = new Uint8Array(builder.length);
  const columnsA = new ColumnSet(builder.length);
  const columnsB = new ColumnSet(builder.length);
  for (const [index, row] of [a, b].entries()) {
    for (const node of rowsOf[index]!) presence[node]! |= index + 1;
    for (const { measure, state } of row.columns) {
      columnsA.column(measure, state);
      columnsB.column(measure, state);
    }
  }
  addAll(a.columns, rowsOf[0]!, columnsA);
  addAll(b.columns, rowsOf[1]!, columnsB);
  const tree = builder.build();
  return {
    a: { ...tree, columns: columnsA.build() },
    b: { ...tree, columns: columnsB.build() },
    presence,
  };
}

function addAll(columns: readonly Column[], rowOf: Int32Array, into: ColumnSet): void {
  for (const column of columns) into.add(column, rowOf);
}
