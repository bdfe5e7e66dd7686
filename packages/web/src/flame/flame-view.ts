import type { FlameTree } from './flame-tree.ts';
import { type Hit, hitAt } from './hit.ts';
import { emptyLayout, layOut, type Viewport } from './layout.ts';
import { between, panned, rowsBelow, type Stretch, stretchOf, zoomedAround } from './motion.ts';
import { paintOverlay } from './overlay.ts';
import { hatching, Labels, paint, type Tint } from './paint.ts';
import type { Palette } from './palette.ts';

const rowHeight = 18;
const fontSize = 11;
const zoomMs = 120;
const fontFamily = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

export interface Picture {
  readonly tree: FlameTree;
  readonly palette: Palette;
  readonly tint: Tint;
  readonly bright: Uint8Array | undefined;
}

export interface Canvases {
  readonly picture: HTMLCanvasElement;
  /** Lies over the picture and takes the pointer. */
  readonly overlay: HTMLCanvasElement;
}

/**
 * The picture on its two canvases, and where it is looked at. Knows nothing of the page: what a click
 * means is decided by who listens (flame-graph.tsx). Paints at most once per animation frame.
 */
export class FlameView {
  readonly #canvases: Canvases;
  readonly #context: CanvasRenderingContext2D;
  readonly #overlayContext: CanvasRenderingContext2D;
  readonly #layout = emptyLayout();
  readonly #resized: ResizeObserver;
  #picture: Picture;
  #labels: Labels;
  #stretch: Stretch = { from: 0, to: 1 };
  #root = 0;
  #rows = 1;
  #scrollTop = 0;
  #density = 1;
  #cell = 7;
  #hatch: CanvasPattern | string = '';
  #hover: Hit | undefined;
  #selected: number | undefined;
  #needs: 'nothing' | 'marks' | 'everything' = 'nothing';
  #frame = 0;

  constructor(canvases: Canvases, picture: Picture) {
    const context = canvases.picture.getContext('2d', { alpha: false });
    const overlayContext = canvases.overlay.getContext('2d');
    if (!context || !overlayContext) throw new Error('this browser draws no canvas');
    this.#canvases = canvases;
    this.#context = context;
    this.#overlayContext = overlayContext;
    this.#picture = picture;
    this.#labels = new Labels(picture.tree);
    this.#show(0, 'at once');
    this.#resized = new ResizeObserver(() => this.#resize());
    this.#resized.observe(canvases.overlay);
    this.#resize();
  }

  close(): void {
    this.#resized.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  /** Another picture in place of this one. `root` and `selected` are the same code in the new tree. */
  replace(picture: Picture, root: number, selected: number | undefined): void {
    const isSameTree = picture.tree === this.#picture.tree;
    if (picture.palette !== this.#picture.palette)
      this.#hatch = hatching(this.#context, picture.palette, this.#density);
    this.#picture = picture;
    this.#selected = selected;
    if (!isSameTree) {
      this.#labels = new Labels(picture.tree);
      this.#hover = undefined;
      this.#show(root, 'at once');
    } else if (root !== this.#root) this.#show(root, 'smoothly');
    this.#ask('everything');
  }

  select(node: number | undefined): void {
    this.#selected = node;
    this.#ask('marks');
  }

  hover(hit: Hit | undefined): void {
    if (hit?.node === this.#hover?.node && hit?.part === this.#hover?.part) return;
    this.#hover = hit;
    this.#ask('marks');
  }

  /** `x` and `y` in CSS pixels from the canvas's corner. */
  hitAt(x: number, y: number): Hit | undefined {
    const { tree } = this.#picture;
    return hitAt(tree, this.#viewport(), x * this.#density, y * this.#density);
  }

  /** Scrolls until the node's row is seen, and out until it is wide enough to see. */
  reveal(node: number): void {
    const { tree } = this.#picture;
    const { from, to } = stretchOf(tree, node);
    const scale = this.#canvases.picture.width / (this.#stretch.to - this.#stretch.from);
    const isOutside = to <= this.#stretch.from || from >= this.#stretch.to;
    if (isOutside || (to - from) * scale < 4) {
      const wide = Math.max(to - from, (tree.total[0] ?? 1) / 1e6) * 20;
      const middle = (from + to) / 2;
      this.#stretch = zoomedAround(
        { from: middle - wide / 2, to: middle + wide / 2 },
        middle,
        1,
        tree.total[0] ?? 1,
      );
    }
    const row = this.#rowHeight;
    const top = (tree.depth[node] ?? 0) * row;
    const { height } = this.#canvases.picture;
    if (top < this.#scrollTop || top + row > this.#scrollTop + height)
      this.#scrollTo(top - height / 3);
    this.#ask('everything');
  }

  /** CSS pixels; answers whether there was anything to scroll. */
  scrollBy(pixels: number): boolean {
    const before = this.#scrollTop;
    this.#scrollTo(before + pixels * this.#density);
    if (this.#scrollTop === before) return false;
    this.#ask('everything');
    return true;
  }

  panBy(pixels: number): boolean {
    const perPixel = (this.#stretch.to - this.#stretch.from) / this.#width;
    const before = this.#stretch.from;
    this.#stretch = panned(this.#stretch, pixels * perPixel, this.#whole);
    this.#ask('everything');
    return this.#stretch.from !== before;
  }

  zoomAround(x: number, factor: number): void {
    const at = this.#stretch.from + (x / this.#width) * (this.#stretch.to - this.#stretch.from);
    this.#stretch = zoomedAround(this.#stretch, at, factor, this.#whole);
    this.#ask('everything');
  }

  /** What the last painting did: for the benchmark and the tests. */
  get painted(): { readonly visited: number; readonly boxes: number } {
    return { visited: this.#layout.visited, boxes: this.#layout.boxes.length };
  }

  /** Where a node's box is, in CSS pixels; undefined where it is not seen. */
  boxOf(node: number): { x: number; y: number; width: number } | undefined {
    const at = this.#layout.boxes.node.subarray(0, this.#layout.boxes.length).indexOf(node);
    if (at < 0) return undefined;
    const { left, right, top } = this.#layout.boxes;
    const width = (right[at]! - left[at]!) / this.#density;
    return { x: left[at]! / this.#density, y: top[at]! / this.#density, width };
  }

  /** Paints now, outside of any animation frame. */
  paintNow(): void {
    const view = this.#viewport();
    const { tree, palette, tint, bright } = this.#picture;
    layOut(tree, view, this.#layout);
    paint(this.#context, tree, this.#layout, {
      palette,
      tint,
      bright,
      rowHeight: view.rowHeight,
      density: this.#density,
      cell: this.#cell,
      font: this.#font,
      labels: this.#labels,
      hatch: this.#hatch,
    });
  }

  /** Hover and selection now, outside of any animation frame. */
  paintMarksNow(): void {
    paintOverlay(this.#overlayContext, this.#picture.tree, this.#layout, {
      view: this.#viewport(),
      marks: {
        hover: this.#hover,
        selected: this.#selected,
        contentHeight: this.#contentHeight,
      },
      palette: this.#picture.palette,
      density: this.#density,
    });
  }

  get #font(): string {
    return `${fontSize * this.#density}px ${fontFamily}`;
  }

  get #rowHeight(): number {
    return Math.round(rowHeight * this.#density);
  }

  get #width(): number {
    return this.#canvases.picture.width / this.#density;
  }

  get #whole(): number {
    return Math.max(this.#picture.tree.total[0] ?? 0, Number.MIN_VALUE);
  }

  get #contentHeight(): number {
    // One more row, for what was elided below the deepest.
    return (this.#rows + 1) * this.#rowHeight;
  }

  #viewport(): Viewport {
    const { width, height } = this.#canvases.picture;
    return {
      ...this.#stretch,
      width,
      height,
      rowHeight: this.#rowHeight,
      scrollTop: this.#scrollTop,
    };
  }

  #scrollTo(top: number): void {
    const most = this.#contentHeight - this.#canvases.picture.height;
    this.#scrollTop = Math.round(Math.max(0, Math.min(top, most)));
  }

  #show(root: number, how: 'smoothly' | 'at once'): void {
    const { tree } = this.#picture;
    this.#root = root;
    this.#rows = rowsBelow(tree, root);
    const from = this.#stretch;
    const to = stretchOf(tree, root);
    // Callers of a deep node fill the width and say nothing: two of them stay in sight.
    const top = ((tree.depth[root] ?? 0) - 2) * this.#rowHeight;
    const isFar = top > this.#canvases.picture.height / 4;
    this.#scrollTo(isFar ? top : Math.min(this.#scrollTop, Math.max(0, top)));
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (how === 'at once' || isCalm) {
      this.#stretch = to;
      return;
    }
    const begun = performance.now();
    const step = (now: number) => {
      if (this.#root !== root) return;
      const share = Math.min(1, Math.max(0, (now - begun) / zoomMs));
      this.#stretch = between(from, to, share);
      this.#ask('everything');
      if (share < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  #resize(): void {
    const { picture, overlay } = this.#canvases;
    this.#density = devicePixelRatio || 1;
    const width = Math.max(1, Math.round(overlay.clientWidth * this.#density));
    const height = Math.max(1, Math.round(overlay.clientHeight * this.#density));
    for (const canvas of [picture, overlay]) {
      canvas.width = width;
      canvas.height = height;
    }
    this.#context.font = this.#font;
    this.#cell = this.#context.measureText('MMMMMMMMMM').width / 10;
    this.#hatch = hatching(this.#context, this.#picture.palette, this.#density);
    this.#scrollTo(this.#scrollTop);
    this.#ask('everything');
  }

  #ask(what: 'marks' | 'everything'): void {
    if (this.#needs === 'nothing') this.#frame = requestAnimationFrame(() => this.#paint());
    if (this.#needs !== 'everything') this.#needs = what;
  }

  #paint(): void {
    const needs = this.#needs;
    this.#needs = 'nothing';
    if (needs === 'everything') this.paintNow();
    this.paintMarksNow();
  }
}
