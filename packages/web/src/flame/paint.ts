import type { FlameTree } from './flame-tree.ts';
import { type Lengths, labelOf, lengthsOf } from './labels.ts';
import type { Layout, Rectangles } from './layout.ts';
import { fills, type Palette } from './palette.ts';
import { isNameless, nameOfNode } from './shown-name.ts';

/** How boxes get their colour: by what the frame is, or in segments by what threads did in it. */
export type Tint =
  | { readonly kind: 'frame'; readonly fillOf: Uint8Array }
  | { readonly kind: 'state' };

export interface Style {
  readonly palette: Palette;
  readonly tint: Tint;
  /** 1 for every frame that stays bright; undefined: all. */
  readonly bright: Uint8Array | undefined;
  readonly rowHeight: number;
  /** Device pixels per CSS pixel. */
  readonly density: number;
  /** Width of one character of `font`, device pixels. */
  readonly cell: number;
  readonly font: string;
  readonly labels: Labels;
  /** Made once by `hatching`; for what was cut off. */
  readonly hatch: CanvasPattern | string;
}

/** Label texts, made when first shown: per frame, and per node where a frame has no name of its own. */
export class Labels {
  readonly #made: (Lengths | undefined)[] = [];
  readonly #nameless = new Map<number, Lengths>();
  readonly #tree: FlameTree;

  constructor(tree: FlameTree) {
    this.#tree = tree;
  }

  of(node: number): Lengths {
    if (!isNameless(this.#tree, node)) {
      const frame = this.#tree.frame[node]!;
      this.#made[frame] ??= lengthsOf(nameOfNode(this.#tree, node));
      return this.#made[frame];
    }
    const known = this.#nameless.get(node) ?? lengthsOf(nameOfNode(this.#tree, node));
    this.#nameless.set(node, known);
    return known;
  }
}

export function paint(
  context: CanvasRenderingContext2D,
  tree: FlameTree,
  layout: Layout,
  style: Style,
): void {
  const { palette } = style;
  context.fillStyle = palette.background;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  paintEdges(context, tree, layout.boxes, style);
  if (style.tint.kind === 'frame') paintFrames(context, tree, layout.boxes, style);
  else paintStates(context, tree, layout.boxes, style);
  paintSelf(context, tree, layout.boxes, style);
  context.fillStyle = palette.dust;
  fillAll(context, layout.dust, style);
  context.fillStyle = style.hatch;
  fillAll(context, layout.elided, style);
  paintLabels(context, tree, layout.boxes, style);
}

const gapOf = (style: Style): number => Math.max(1, Math.round(style.density));

function fillAll(context: CanvasRenderingContext2D, boxes: Rectangles, style: Style): void {
  const height = style.rowHeight - gapOf(style);
  for (let i = 0; i < boxes.length; i++)
    context.fillRect(
      boxes.left[i]!,
      boxes.top[i]!,
      Math.max(1, boxes.right[i]! - boxes.left[i]!),
      height,
    );
}

/** The box's right edge as painted: a gap to its neighbour where there is room for one. */
const paintedRight = (boxes: Rectangles, i: number): number => {
  const left = boxes.left[i]!;
  const right = boxes.right[i]!;
  return right - left >= 3 ? right - 1 : Math.max(right, left + 1);
};

/** The gaps right of and below boxes: these are filled over, and their rims stay. */
function paintEdges(
  context: CanvasRenderingContext2D,
  tree: FlameTree,
  boxes: Rectangles,
  style: Style,
): void {
  if (style.palette.edge === undefined) return;
  context.fillStyle = style.palette.edge;
  const rim = gapOf(style);
  for (let i = 0; i < boxes.length; i++) {
    const left = boxes.left[i]!;
    const width = boxes.right[i]! - left;
    // What does not match a search fades away, edge and all.
    if (width < 3 || style.bright?.[tree.frame[boxes.node[i]!]!] === 0) continue;
    context.fillRect(left, boxes.top[i]! + style.rowHeight - rim, width, rim);
    context.fillRect(left + width - 1, boxes.top[i]!, 1, style.rowHeight);
  }
}

/** One pass per colour: setting `fillStyle` 15,000 times costs a third of the frame. */
function paintFrames(
  context: CanvasRenderingContext2D,
  tree: FlameTree,
  boxes: Rectangles,
  style: Style,
): void {
  const colours = [...fills(style.palette), style.palette.dimmed];
  const { head, next } = byColour(tree, boxes, style, colours.length);
  const height = style.rowHeight - gapOf(style);
  colours.forEach((colour, index) => {
    context.fillStyle = colour;
    for (let i = head[index]!; i >= 0; i = next[i]!) {
      const left = boxes.left[i]!;
      context.fillRect(left, boxes.top[i]!, paintedRight(boxes, i) - left, height);
    }
  });
}

/** Boxes chained by colour. The last colour is that of what does not match. */
function byColour(tree: FlameTree, boxes: Rectangles, style: Style, colours: number) {
  const head = new Int32Array(colours).fill(-1);
  const next = new Int32Array(boxes.length);
  const fillOf = style.tint.kind === 'frame' ? style.tint.fillOf : undefined;
  for (let i = boxes.length - 1; i >= 0; i--) {
    const frame = tree.frame[boxes.node[i]!]!;
    const colour = style.bright?.[frame] === 0 ? colours - 1 : (fillOf?.[frame] ?? 0);
    next[i] = head[colour]!;
    head[colour] = i;
  }
  return { head, next };
}

/** Each box is split by state, in proportion; the same order in every box. */
function paintStates(
  context: CanvasRenderingContext2D,
  tree: FlameTree,
  boxes: Rectangles,
  style: Style,
): void {
  const height = style.rowHeight - gapOf(style);
  const before = new Float64Array(boxes.length);
  for (const { state, total } of tree.states) {
    context.fillStyle = style.palette.state[state] ?? style.palette.category.runtime;
    for (let i = 0; i < boxes.length; i++) {
      const node = boxes.node[i]!;
      if (total[node] === 0) continue;
      const left = boxes.left[i]!;
      const scale = (paintedRight(boxes, i) - left) / tree.total[node]!;
      const from = left + Math.round(before[i]! * scale);
      before[i]! += total[node]!;
      const to = left + Math.round(before[i]! * scale);
      if (to > from) context.fillRect(from, boxes.top[i]!, to - from, height);
    }
  }
  if (style.bright === undefined) return;
  context.fillStyle = style.palette.dimmed;
  for (let i = 0; i < boxes.length; i++) {
    if (style.bright[tree.frame[boxes.node[i]!]!] !== 0) continue;
    const left = boxes.left[i]!;
    context.fillRect(left, boxes.top[i]!, paintedRight(boxes, i) - left, height);
  }
}

/** A darker line under the part of a box in which the function itself was running. */
function paintSelf(
  context: CanvasRenderingContext2D,
  tree: FlameTree,
  boxes: Rectangles,
  style: Style,
): void {
  const line = 2 * gapOf(style);
  const below = style.rowHeight - gapOf(style) - line;
  context.fillStyle = 'rgb(0 0 0 / 32%)';
  for (let i = 0; i < boxes.length; i++) {
    const node = boxes.node[i]!;
    const left = boxes.left[i]!;
    const right = boxes.right[i]!;
    if (right - left < 4 || tree.self[node] === 0) continue;
    if (style.bright?.[tree.frame[node]!] === 0) continue;
    // Cut off at the picture's edge, a box may show more self than its share; the line is a hint, not a measure.
    const width = Math.round(((right - left) * tree.self[node]!) / tree.total[node]!);
    const end = paintedRight(boxes, i);
    if (width > 1)
      context.fillRect(
        Math.max(left, end - width),
        boxes.top[i]! + below,
        Math.min(width, end - left),
        line,
      );
  }
}

export function hatching(
  context: CanvasRenderingContext2D,
  palette: Palette,
  density: number,
): CanvasPattern | string {
  const size = Math.round(6 * density);
  const tile = context.canvas.ownerDocument.createElement('canvas');
  tile.width = tile.height = size;
  const pen = tile.getContext('2d');
  if (!pen) return palette.hatch;
  pen.strokeStyle = palette.hatch;
  pen.lineWidth = density;
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat') ?? palette.hatch;
}

function paintLabels(
  context: CanvasRenderingContext2D,
  tree: FlameTree,
  boxes: Rectangles,
  style: Style,
): void {
  const { palette, density, cell } = style;
  const inset = Math.round(4 * density);
  const middle = Math.round((style.rowHeight - gapOf(style)) / 2);
  context.font = style.font;
  context.textBaseline = 'middle';
  context.direction = 'ltr';
  let colour = '';
  for (let i = 0; i < boxes.length; i++) {
    const left = boxes.left[i]!;
    const cells = Math.floor((boxes.right[i]! - left - 2 * inset) / cell);
    if (cells < 3) continue;
    const node = boxes.node[i]!;
    const frame = tree.frame[node]!;
    const wanted = style.bright?.[frame] === 0 ? palette.dimmedText : palette.text;
    if (wanted !== colour) {
      colour = wanted;
      context.fillStyle = colour;
    }
    context.fillText(labelOf(style.labels.of(node), cells), left + inset, boxes.top[i]! + middle);
  }
}
