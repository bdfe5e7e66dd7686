import type { CallTree, Column } from './call-tree.ts';

/** A tree of which nodes may have been cut; the weights of the cut ones are in each column's `elided`. */
export interface TruncatedTree extends CallTree {
  /** Per node, how many nodes below it were cut, not counting those below kept children. */
  readonly elidedNodes: Uint32Array;
}

/**
 * The `maxNodes` heaviest nodes, the root always among them. `weight` is what to rank by, totals per
 * node. What is cut goes, for every column, to `elided` of the nearest ancestor that is kept.
 *
 * An ancestor's total is never smaller, so the heaviest nodes form a tree; where weights contradict
 * that, a node still goes with its parent.
 */
export function truncate(
  tree: CallTree & { readonly elidedNodes?: Uint32Array },
  { weight, maxNodes }: { readonly weight: Float64Array; readonly maxNodes: number },
): TruncatedTree {
  const { length } = tree;
  const rowOf = keptRows(tree, weight, Math.max(1, maxNodes));
  const kept = rowOf.reduce((count, row) => (row >= 0 ? count + 1 : count), 0);
  /** Kept node → itself, cut node → nearest kept ancestor, in rows of the new tree. */
  const home = new Int32Array(length);
  const elidedNodes = new Uint32Array(kept);
  for (let node = 0; node < length; node++) {
    const row = rowOf[node]!;
    home[node] = row >= 0 ? row : home[tree.parent[node]!]!;
    if (row < 0) elidedNodes[home[node]!]!++;
    if (tree.elidedNodes) elidedNodes[home[node]!]! += tree.elidedNodes[node]!;
  }
  return {
    frames: tree.frames,
    length: kept,
    parent: compact(tree.parent, rowOf, new Int32Array(kept)).map((parent) =>
      parent < 0 ? -1 : rowOf[parent]!,
    ),
    frame: compact(tree.frame, rowOf, new Uint32Array(kept)),
    firstOnPath: compact(tree.firstOnPath, rowOf, new Uint8Array(kept)),
    lineFrom: compact(tree.lineFrom, rowOf, new Uint32Array(kept)),
    lineTo: compact(tree.lineTo, rowOf, new Uint32Array(kept)),
    columns: tree.columns.map((column) => truncatedColumn(column, { rowOf, home, kept })),
    elidedNodes,
  };
}

function truncatedColumn(
  column: Column,
  { rowOf, home, kept }: { rowOf: Int32Array; home: Int32Array; kept: number },
): Column {
  const self = compact(column.self, rowOf, new Float64Array(kept));
  const elided = new Float64Array(kept);
  for (let node = 0; node < rowOf.length; node++) {
    if (rowOf[node]! < 0) elided[home[node]!]! += column.self[node]!;
    if (column.elided) elided[home[node]!]! += column.elided[node]!;
  }
  return { ...column, self, elided };
}

/** Rows of the new tree, -1 for nodes that are cut. */
function keptRows(tree: CallTree, weight: Float64Array, maxNodes: number): Int32Array {
  const { length, parent } = tree;
  const rowOf = new Int32Array(length);
  const { threshold, ties } = thresholdOf(weight.subarray(1, length), maxNodes - 1);
  let row = length === 0 ? 0 : 1;
  let tiesLeft = ties;
  for (let node = 1; node < length; node++) {
    const isHeavy = weight[node]! > threshold;
    const isTie = weight[node]! === threshold && tiesLeft > 0;
    if (rowOf[parent[node]!]! < 0 || !(isHeavy || isTie)) {
      rowOf[node] = -1;
      continue;
    }
    if (!isHeavy) tiesLeft--;
    rowOf[node] = row++;
  }
  return rowOf;
}

/**
 * The `count`-th largest weight, and how many of those equal to it may be kept beside all larger ones.
 *
 * The bits of a positive float order as its value does, so this is a logarithmic histogram that is
 * refined until one value is left: 16 bits a pass, four passes at most, over ever fewer weights.
 * Negative weights and NaN count as zero.
 */
function thresholdOf(weights: Float64Array, count: number): { threshold: number; ties: number } {
  if (weights.length <= count) return { threshold: Number.NEGATIVE_INFINITY, ties: 0 };
  if (count <= 0) return { threshold: Number.POSITIVE_INFINITY, ties: 0 };
  const histogram = new Uint32Array(65_536);
  const view = new DataView(new ArrayBuffer(8));
  let candidates = weights.map((weight) => Math.max(0, weight) || 0);
  let left = count;
  for (let digit = 0; digit < 4; digit++) {
    const digits = digitsOf(candidates, digit);
    histogram.fill(0);
    for (const value of digits) histogram[value]!++;
    let bin = 65_535;
    while (histogram[bin]! < left) left -= histogram[bin--]!;
    view.setUint16(digit * 2, bin);
    if (histogram[bin] !== candidates.length)
      candidates = candidates.filter((_, i) => digits[i] === bin);
  }
  return { threshold: view.getFloat64(0), ties: left };
}

/** The 16-bit digits of floats, digit 0 the highest. */
function digitsOf(values: Float64Array, digit: number): Uint16Array {
  const halves = new Uint16Array(values.buffer, values.byteOffset, values.length * 4);
  const offset = isLittleEndian ? 3 - digit : digit;
  const digits = new Uint16Array(values.length);
  for (let i = 0; i < digits.length; i++) digits[i] = halves[i * 4 + offset]!;
  return digits;
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function compact<Table extends Int32Array | Uint32Array | Uint8Array | Float64Array>(
  from: Table,
  rowOf: Int32Array,
  into: Table,
): Table {
  for (let node = 0; node < rowOf.length; node++) {
    const row = rowOf[node]!;
    if (row >= 0) into[row] = from[node]!;
  }
  return into;
}
