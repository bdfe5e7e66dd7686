import type { CallTree, Column } from './call-tree.ts';
import { measureNamed, type ThreadState } from './measure.ts';

/**
 * One column with the weights of a measure in all given states (zeros where the tree has none).
 * Its state is that of the only one given, else UNKNOWN.
 */
export function sumStates(
  tree: CallTree,
  measureId: string,
  states: readonly ThreadState[],
): Column {
  const ofMeasure = tree.columns.filter(({ measure }) => measure.id === measureId);
  const chosen = ofMeasure.filter(({ state }) => states.includes(state));
  const self = new Float64Array(tree.length);
  for (const column of chosen) add(column.self, self);
  const measure = ofMeasure[0]?.measure ?? measureNamed(measureId);
  const state = states.length === 1 ? states[0]! : 'UNKNOWN';
  if (!chosen.some(({ elided }) => elided)) return { measure, state, self };
  const elided = new Float64Array(tree.length);
  for (const column of chosen) if (column.elided) add(column.elided, elided);
  return { measure, state, self, elided };
}

function add(from: Float64Array, into: Float64Array): void {
  for (let node = 0; node < from.length; node++) into[node]! += from[node]!;
}
