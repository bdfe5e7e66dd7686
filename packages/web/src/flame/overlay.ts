import type { FlameTree } from './flame-tree.ts';
import type { Hit } from './hit.ts';
import type { Layout, Rectangles, Viewport } from './layout.ts';
import type { Palette } from './palette.ts';

interface Marks {
  readonly hover: Hit | undefined;
  readonly selected: number | undefined;
  /** Device pixels of content; undefined where all of it is seen. */
  readonly contentHeight: number;
}

/** Hover, selection and scroll position, on a canvas of their own: the picture below is not painted again. */
export function paintOverlay(
  context: CanvasRenderingContext2D,
  tree: FlameTree,
  layout: Layout,
  { view, marks, palette, density }: OverlayNeeds,
): void {
  const { canvas } = context;
  context.clearRect(0, 0, canvas.width, canvas.height);
  const { hover, selected } = marks;
  if (hover?.part === 'box') paintSameName(context, tree, layout.boxes, { view, hover, palette });
  context.strokeStyle = palette.outline;
  if (selected !== undefined)
    outline(context, find(layout.boxes, selected), view, Math.round(2 * density));
  if (hover !== undefined) {
    const boxes = hover.part === 'box' ? layout.boxes : layout.elided;
    outline(context, find(boxes, hover.node), view, Math.round(1.5 * density));
  }
  paintThumb(context, view, marks.contentHeight, { palette, density });
}

export interface OverlayNeeds {
  readonly view: Viewport;
  readonly marks: Marks;
  readonly palette: Palette;
  readonly density: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
}

/** Boxes are laid out in preorder, so nodes ascend. */
function find(boxes: Rectangles, node: number): Box | undefined {
  let low = 0;
  let high = boxes.length - 1;
  while (low <= high) {
    const at = (low + high) >> 1;
    const there = boxes.node[at]!;
    if (there === node)
      return { left: boxes.left[at]!, right: boxes.right[at]!, top: boxes.top[at]! };
    if (there < node) low = at + 1;
    else high = at - 1;
  }
  return undefined;
}

function outline(
  context: CanvasRenderingContext2D,
  box: Box | undefined,
  view: Viewport,
  width: number,
): void {
  if (box === undefined) return;
  context.lineWidth = width;
  const inset = width / 2;
  context.strokeRect(
    box.left + inset,
    box.top + inset,
    Math.max(width, box.right - box.left - width),
    view.rowHeight - width,
  );
}

function paintSameName(
  context: CanvasRenderingContext2D,
  tree: FlameTree,
  boxes: Rectangles,
  { view, hover, palette }: { view: Viewport; hover: Hit; palette: Palette },
): void {
  const frame = tree.frame[hover.node];
  context.fillStyle = palette.sameName;
  for (let i = 0; i < boxes.length; i++) {
    const node = boxes.node[i]!;
    if (node === hover.node || tree.frame[node] !== frame) continue;
    const left = boxes.left[i]!;
    context.fillRect(left, boxes.top[i]!, Math.max(1, boxes.right[i]! - left), view.rowHeight);
  }
}

function paintThumb(
  context: CanvasRenderingContext2D,
  { width, height, scrollTop }: Viewport,
  contentHeight: number,
  { palette, density }: { palette: Palette; density: number },
): void {
  if (contentHeight <= height) return;
  const length = Math.max(24 * density, (height * height) / contentHeight);
  const top = (scrollTop / (contentHeight - height)) * (height - length);
  context.globalAlpha = 0.6;
  context.fillStyle = palette.thumb;
  context.fillRect(width - 6 * density, top, 4 * density, length);
  context.globalAlpha = 1;
}
