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
  needs: OverlayNeeds,
): void {
  const { view, marks, palette, density } = needs;
  const { canvas } = context;
  context.clearRect(0, 0, canvas.width, canvas.height);
  const { hover, selected } = marks;
  if (hover?.part === 'box') paintSameName(context, tree, layout.boxes, { ...needs, hover });
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

/** Where else the same function is: a frame around each box, so that its label stays readable. */
function paintSameName(
  context: CanvasRenderingContext2D,
  tree: FlameTree,
  boxes: Rectangles,
  { view, hover, palette, density }: OverlayNeeds & { readonly hover: Hit },
): void {
  const frame = tree.frame[hover.node];
  const line = Math.max(1, Math.round(density));
  context.fillStyle = context.strokeStyle = palette.sameName;
  context.lineWidth = line;
  for (let i = 0; i < boxes.length; i++) {
    const node = boxes.node[i]!;
    if (node === hover.node || tree.frame[node] !== frame) continue;
    const left = boxes.left[i]!;
    const top = boxes.top[i]!;
    const width = boxes.right[i]! - left;
    if (width < 4 * line) context.fillRect(left, top, Math.max(1, width), view.rowHeight);
    else
      context.strokeRect(left + line / 2, top + line / 2, width - line, view.rowHeight - 2 * line);
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
