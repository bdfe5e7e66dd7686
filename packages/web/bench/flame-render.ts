import { decodeProfileTree } from '@everflame/api/profile-tree';
import { fillIndexes } from '../src/flame/category.ts';
import { type FlameTree, flameTree } from '../src/flame/flame-tree.ts';
import { FlameView } from '../src/flame/flame-view.ts';
import { emptyLayout, layOut } from '../src/flame/layout.ts';
import { fills, palettes } from '../src/flame/palette.ts';

/** Milliseconds. Run in a browser by bench/flame-render.bench.ts. */
interface Measured {
  readonly nodes: number;
  readonly decode: number;
  readonly firstPaint: number;
  readonly layout: number;
  readonly redraw: number;
  readonly hover: number;
  readonly naive: number;
  readonly visited: number;
  readonly boxes: number;
}

const palette = palettes.dark;
const hoversPerRun = 50;

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;

function timed(runs: number, act: (run: number) => void): number {
  return median(
    Array.from({ length: runs }, (_, run) => {
      const begun = performance.now();
      act(run);
      return performance.now() - begun;
    }),
  );
}

function canvas(): HTMLCanvasElement {
  const made = document.createElement('canvas');
  made.style.cssText = 'position:absolute;inset:0;width:1600px;height:900px';
  document.body.append(made);
  return made;
}

/** Makes the browser finish what was drawn: without it only the commands are timed. */
const rastered = (of: HTMLCanvasElement) => of.getContext('2d')?.getImageData(0, 0, 1, 1);

/** Every node of the tree is drawn, whatever its size, with the colour set for each. */
function paintEverything(tree: FlameTree, of: HTMLCanvasElement, fillOf: Uint8Array): void {
  const context = of.getContext('2d');
  if (!context) return;
  const colours = fills(palette);
  const scale = 1600 / (tree.total[0] ?? 1);
  for (let i = 0; i < tree.length; i++) {
    const y = (tree.depth[i] ?? 0) * 18;
    context.fillStyle = colours[fillOf[tree.frame[i] ?? 0] ?? 0] ?? '';
    context.fillRect((tree.x[i] ?? 0) * scale, y, Math.max(0.5, (tree.total[i] ?? 0) * scale), 17);
  }
}

async function measure(): Promise<Measured> {
  const bytes = await (await fetch('/tree')).arrayBuffer();
  const [picture, overlay, plain] = [canvas(), canvas(), canvas()];
  plain.width = 1600;
  plain.height = 900;

  const begun = performance.now();
  const tree = flameTree(decodeProfileTree(bytes));
  const decode = performance.now() - begun;
  const fillOf = fillIndexes(tree.frames, 'category');
  const tint = { kind: 'frame', fillOf } as const;
  const view = new FlameView({ picture, overlay }, { tree, palette, tint, bright: undefined });
  view.paintNow();
  rastered(picture);
  const firstPaint = performance.now() - begun;

  const shake = (run: number) => view.zoomAround(800, run % 2 === 0 ? 0.9 : 1 / 0.9);
  // The first few are compiled while they run.
  timed(10, (run) => {
    shake(run);
    view.paintNow();
    rastered(picture);
  });
  const size = { width: 1600, height: 900, rowHeight: 18, scrollTop: 0 };
  const whole = { from: 0, to: tree.total[0] ?? 1, ...size };
  const reused = emptyLayout();
  const layout = timed(21, () => layOut(tree, whole, reused));
  const redraw = timed(21, (run) => {
    shake(run);
    view.paintNow();
    rastered(picture);
  });
  const { visited, boxes } = view.painted;
  // The browser's clock is coarse, so that many are timed at once.
  const hover = timed(21, (run) => {
    for (let i = 0; i < hoversPerRun; i++) {
      view.hover(view.hitAt((run * 37 + i * 16) % 1600, (i * 53) % 900));
      view.paintMarksNow();
    }
    rastered(overlay);
  });
  const naive = timed(3, () => {
    paintEverything(tree, plain, fillOf);
    rastered(plain);
  });
  return {
    nodes: tree.length,
    decode,
    firstPaint,
    layout,
    redraw,
    hover: hover / hoversPerRun,
    naive,
    visited,
    boxes,
  };
}

Object.assign(globalThis, { measure });
