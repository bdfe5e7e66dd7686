import { elidedStart, type FlameTree } from './flame-tree.ts';

/** Which part of a tree is looked at, and on how many device pixels. */
export interface Viewport {
  /** Weights at the left and the right edge. */
  readonly from: number;
  readonly to: number;
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
}

/** Rectangles in device pixels, one per index; edges are whole, so that no box blurs or shimmers. */
export class Rectangles {
  length = 0;
  node = new Int32Array(1024);
  left = new Int32Array(1024);
  right = new Int32Array(1024);
  top = new Int32Array(1024);

  push(node: number, left: number, right: number, top: number): void {
    if (this.length === this.node.length) this.#grow();
    const at = this.length++;
    this.node[at] = node;
    this.left[at] = left;
    this.right[at] = right;
    this.top[at] = top;
  }

  #grow(): void {
    for (const column of ['node', 'left', 'right', 'top'] as const) {
      const grown = new Int32Array(this[column].length * 2);
      grown.set(this[column]);
      this[column] = grown;
    }
  }
}

export interface Layout {
  readonly boxes: Rectangles;
  /** Runs of siblings too narrow to be seen one by one; `node` is their parent. */
  readonly dust: Rectangles;
  /** Callees that were cut off; `node` is their parent. */
  readonly elided: Rectangles;
  /** Nodes looked at: what redrawing costs, whatever the size of the tree. */
  visited: number;
}

export const emptyLayout = (): Layout => ({
  boxes: new Rectangles(),
  dust: new Rectangles(),
  elided: new Rectangles(),
  visited: 0,
});

/**
 * The rectangles to paint. Preorder turns "not visible" into one jump: past the subtree when it is above
 * the threshold but outside, past all siblings when the rest is right of the edge or, heaviest first,
 * too small to see. `into` is reused from frame to frame.
 */
export function layOut(tree: FlameTree, view: Viewport, into: Layout): Layout {
  const { total, size, x, depth, parent } = tree;
  const { from, width, height, rowHeight, scrollTop } = view;
  into.boxes.length = into.dust.length = into.elided.length = 0;
  const scale = width / (view.to - from);
  const smallest = 1 / scale;
  let visited = 0;
  let i = 0;
  while (i < tree.length) {
    visited++;
    const top = depth[i]! * rowHeight - scrollTop;
    const left = (x[i]! - from) * scale;
    const right = left + total[i]! * scale;
    if (top >= height || right <= 0) {
      i += size[i]!;
    } else if (left >= width) {
      i = afterSiblings(parent[i]!, size, tree.length);
    } else if (total[i]! < smallest && i > 0) {
      i = dusty(tree, view, into, i);
    } else {
      if (top > -rowHeight) into.boxes.push(i, edge(left, width), edge(right, width), top);
      hatch(tree, view, into, i);
      i++;
    }
  }
  into.visited = visited;
  return into;
}

const edge = (at: number, width: number): number =>
  at <= 0 ? 0 : at >= width ? width : Math.round(at);

const afterSiblings = (parent: number, size: Uint32Array, length: number): number =>
  parent < 0 ? length : parent + size[parent]!;

/** Notes dust at a node that is too small, and answers where to go on. */
function dusty(tree: FlameTree, view: Viewport, { dust }: Layout, node: number): number {
  const { total, size, x, depth, parent } = tree;
  const { from, width, rowHeight, scrollTop } = view;
  const scale = width / (view.to - from);
  const p = parent[node]!;
  const top = depth[node]! * rowHeight - scrollTop;
  const left = edge((x[node]! - from) * scale, width);
  const end = tree.isHeavyFirst ? elidedStart(tree, p) : x[node]! + total[node]!;
  const right = edge((end - from) * scale, width);
  if (right > left && top + rowHeight > 0) {
    const last = dust.length - 1;
    if (last >= 0 && dust.top[last] === top && dust.right[last]! >= left && dust.node[last] === p)
      dust.right[last] = right;
    else dust.push(p, left, right, top);
  }
  return tree.isHeavyFirst ? afterSiblings(p, size, tree.length) : node + size[node]!;
}

function hatch(tree: FlameTree, view: Viewport, { elided }: Layout, node: number): void {
  const { from, width, height, rowHeight, scrollTop } = view;
  const scale = width / (view.to - from);
  if (tree.elided[node]! * scale < 1) return;
  const top = (tree.depth[node]! + 1) * rowHeight - scrollTop;
  const start = elidedStart(tree, node);
  const left = edge((start - from) * scale, width);
  const right = edge((start + tree.elided[node]! - from) * scale, width);
  if (right > left && top < height && top + rowHeight > 0) elided.push(node, left, right, top);
}
