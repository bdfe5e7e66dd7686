import { isLittleEndian } from './byte-order.ts';
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
  const nodes = keptNodes(tree, weight, Math.max(1, maxNodes));
  const home = homes(tree, nodes);
  const elidedNodes = gathered(tree.elidedNodes ?? new Uint32Array(tree.length), nodes);
  for (let node = 0, row = 0; node < tree.length; node++) {
    if (nodes[row] === node) row++;
    else elidedNodes[home[node]!]! += 1 + (tree.elidedNodes?.[node] ?? 0);
  }
  const parent = gathered(tree.parent, nodes);
  for (let row = 1; row < parent.length; row++) parent[row] = home[parent[row]!]!;
  return {
    frames: tree.frames,
    length: nodes.length,
    parent,
    frame: gathered(tree.frame, nodes),
    firstOnPath: gathered(tree.firstOnPath, nodes),
    lineFrom: gathered(tree.lineFrom, nodes),
    lineTo: gathered(tree.lineTo, nodes),
    columns: tree.columns.map((column) => truncatedColumn(column, nodes, home)),
    elidedNodes,
  };
}

function truncatedColumn(column: Column, nodes: Int32Array, home: Int32Array): Column {
  const self = gathered(column.self, nodes);
  const elided = column.elided ? gathered(column.elided, nodes) : new Float64Array(nodes.length);
  for (let node = 0, row = 0; node < home.length; node++) {
    if (nodes[row] === node) row++;
    else elided[home[node]!]! += column.self[node]! + (column.elided?.[node] ?? 0);
  }
  return { ...column, self, elided };
}

/** Row in the new tree of each node or, where it was cut, of its nearest ancestor that was kept. */
function homes({ length, parent }: CallTree, nodes: Int32Array): Int32Array {
  const home = new Int32Array(length);
  for (let node = 0, row = 0; node < length; node++) {
    home[node] = nodes[row] === node ? row++ : home[parent[node]!]!;
  }
  return home;
}

/** The nodes that stay, ascending. */
function keptNodes({ length, parent }: CallTree, weight: Float64Array, maxNodes: number) {
  const isKept = new Uint8Array(length);
  const nodes = new Int32Array(Math.min(length, maxNodes));
  const { threshold, ties } = thresholdOf(weight.subarray(1), maxNodes - 1);
  isKept[0] = 1;
  let count = 1;
  let tiesLeft = ties;
  for (let node = 1; node < length; node++) {
    const isHeavy = weight[node]! > threshold;
    if (!isHeavy && (tiesLeft === 0 || weight[node]! !== threshold)) continue;
    if (isKept[parent[node]!] === 0) continue;
    isKept[node] = 1;
    nodes[count++] = node;
    if (!isHeavy) tiesLeft--;
  }
  return nodes.subarray(0, Math.min(count, length));
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
  const candidates = positive(weights);
  const digits = new Uint16Array(candidates.buffer);
  const histogram = new Uint32Array(65_536);
  const threshold = new DataView(new ArrayBuffer(8));
  let length = candidates.length;
  let ties = count;
  for (let digit = 0; digit < 4; digit++) {
    const offset = isLittleEndian ? 3 - digit : digit;
    histogram.fill(0);
    for (let i = 0; i < length; i++) histogram[digits[i * 4 + offset]!]!++;
    let bin = 65_535;
    while (histogram[bin]! < ties) ties -= histogram[bin--]!;
    threshold.setUint16(digit * 2, bin);
    let kept = 0;
    for (let i = 0; i < length; i++) {
      if (digits[i * 4 + offset] === bin) candidates[kept++] = candidates[i]!;
    }
    length = kept;
  }
  return { threshold: threshold.getFloat64(0), ties };
}

function positive(weights: Float64Array): Float64Array<ArrayBuffer> {
  const result = new Float64Array(weights.length);
  for (let i = 0; i < weights.length; i++) if (weights[i]! > 0) result[i] = weights[i]!;
  return result;
}

function gathered<Table extends Int32Array | Uint32Array | Uint8Array | Float64Array>(
  from: Table,
  nodes: Int32Array,
): Table {
  const into = from.slice(0, nodes.length) as Table;
  for (let row = 0; row < nodes.length; row++) into[row] = from[nodes[row]!]!;
  return into;
}
