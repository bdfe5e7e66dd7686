import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { copy } from '../shell/clipboard.ts';
import { useKeys } from '../shell/keys.ts';
import type { Unit } from '../show/quantity.ts';
import { stackText } from './description.ts';
import { DetailsStrip } from './details-strip.tsx';
import { type FlameTree, nodeOfPath, pathId } from './flame-tree.ts';
import { FlameView, type Picture } from './flame-view.ts';
import { FrameMenu } from './frame-menu.tsx';
import type { Hit } from './hit.ts';
import { type Direction, neighbour } from './neighbours.ts';
import type { Tint } from './paint.ts';
import type { Palette } from './palette.ts';
import { followPointer } from './pointer.ts';
import type { Matches } from './search.ts';
import { Tooltip } from './tooltip.tsx';

export interface FlameGraphProps {
  readonly tree: FlameTree;
  readonly unit: Unit;
  readonly palette: Palette;
  readonly tint: Tint;
  readonly found: Matches | undefined;
  /** What was searched for. */
  readonly words: string;
  /** Path id of the zoomed node. */
  readonly zoom: string | undefined;
  /** Path id of the selected node. */
  readonly selected: string | undefined;
  readonly select: (path: string) => void;
  /** Set to what steps through the matches, forwards by 1 or back by -1. */
  readonly stepper: { current: ((by: number) => void) | undefined };
  readonly zoomTo: (path: string | undefined) => void;
  readonly zoomBack: () => void;
  readonly search: (name: string) => void;
  readonly openInHotspots: (name: string) => void;
  readonly loadElided: (node: number) => void;
}

interface Pointed {
  readonly hit: Hit;
  readonly x: number;
  readonly y: number;
}

const arrows: Readonly<Record<string, Direction>> = {
  ArrowUp: 'parent',
  ArrowDown: 'child',
  ArrowLeft: 'previous',
  ArrowRight: 'next',
};

/** The picture with everything one can do to it. What it shows, and where, is decided outside. */
export function FlameGraph(props: FlameGraphProps) {
  const { tree, unit, select } = props;
  const [pointed, point] = useState<Pointed>();
  const [menu, openMenu] = useState<Pointed>();
  const selected = props.selected === undefined ? undefined : nodeOfPath(tree, props.selected);
  const zoomed = (props.zoom === undefined ? undefined : nodeOfPath(tree, props.zoom)) ?? 0;
  const closeMenu = useCallback(() => openMenu(undefined), []);

  const { picture, overlay, view } = useFlameView(props, { zoomed, selected }, (event) => {
    if (event.kind === 'hover') point(event.pointed);
    else if (event.kind === 'menu') openMenu(event.pointed);
    else if (event.hit.part === 'elided') props.loadElided(event.hit.node);
    else {
      select(pathId(tree, event.hit.node));
      // It would lie on what has just been made large.
      point(undefined);
      props.zoomTo(event.hit.node === 0 ? undefined : pathId(tree, event.hit.node));
    }
  });
  // A hit belongs to the tree it was found in; the pointer has not moved, so look again.
  useEffect(() => {
    const { current } = overlay;
    if (!current || !pointed) return;
    const { left, top } = current.getBoundingClientRect();
    const hit = view.current?.hitAt(pointed.x - left, pointed.y - top);
    view.current?.hover(hit);
    point(hit && { ...pointed, hit });
    openMenu(undefined);
  }, [tree]);

  // Who types looks at what is found, and the tooltip would lie on it.
  useEffect(() => point(undefined), [props.words]);

  const showNode = (node: number) => {
    select(pathId(tree, node));
    view.current?.reveal(node);
  };
  props.stepper.current = (by) => cycle(by, props, { selected, showNode });
  const pressed = useFlameKeys(props, { selected, zoomed, showNode, openMenu, overlay, view });
  const shown = pointed?.hit ?? (selected === undefined ? undefined : box(selected));
  return (
    <div class="flame">
      <div class="flame-canvases">
        <canvas ref={picture} class="flame-picture" />
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: one tab stop, as a game board is */}
        <canvas
          ref={overlay}
          class="flame-overlay"
          tabIndex={0}
          role="application"
          aria-roledescription="flame graph"
          aria-label={`Flame graph of ${tree.length - 1} functions in place. Arrows move, Enter zooms, Escape goes back.`}
          aria-describedby="flame-strip"
          onKeyDown={pressed}
        />
      </div>
      <div id="flame-strip" class="strip" aria-live={pointed ? 'off' : 'polite'}>
        {shown && shown.node < tree.length ? (
          <DetailsStrip tree={tree} hit={shown} unit={unit} />
        ) : (
          <span class="muted">Point at a box, or move with the arrow keys.</span>
        )}
      </div>
      {pointed && !menu && pointed.hit.node < tree.length && (
        <Tooltip tree={tree} unit={unit} {...pointed} />
      )}
      {menu && (
        <FrameMenu
          x={menu.x}
          y={menu.y}
          close={closeMenu}
          entries={entriesFor(menu.hit.node, props)}
        />
      )}
    </div>
  );
}

const box = (node: number): Hit => ({ node, part: 'box' });

function entriesFor(node: number, props: FlameGraphProps) {
  const { tree } = props;
  const name = tree.frames.name[tree.frame[node]!]!;
  const zoom = { title: 'Zoom', act: () => props.zoomTo(pathId(tree, node)) };
  if (node === 0) return [zoom];
  return [
    zoom,
    { title: 'Copy name', act: () => void copy(name, 'Name') },
    { title: 'Copy stack', act: () => void copy(stackText(tree, node), 'Stack') },
    { title: 'Search this', act: () => props.search(name) },
    { title: 'Open in hotspots', act: () => props.openInHotspots(name) },
  ];
}

type FlameEvent =
  | { readonly kind: 'hover'; readonly pointed: Pointed | undefined }
  | { readonly kind: 'click'; readonly hit: Hit }
  | { readonly kind: 'menu'; readonly pointed: Pointed };

interface Focus {
  readonly zoomed: number;
  readonly selected: number | undefined;
}

/** Keeps the canvases in step with the props. */
function useFlameView(
  { tree, palette, tint, found }: FlameGraphProps,
  { zoomed, selected }: Focus,
  happened: (event: FlameEvent) => void,
) {
  const picture = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const view = useRef<FlameView>(undefined);
  const latest = useRef(happened);
  latest.current = happened;
  const bright = found && found.frameCount > 0 ? found.frames : undefined;
  const now = useMemo<Picture>(
    () => ({ tree, palette, tint, bright }),
    [tree, palette, tint, bright],
  );
  const first = useRef(now);

  useEffect(() => {
    if (!picture.current || !overlay.current) return;
    const canvases = { picture: picture.current, overlay: overlay.current };
    const made = new FlameView(canvases, first.current);
    view.current = made;
    const unfollow = followPointer(canvases.overlay, made, () => ({
      hovered: (hit, x, y) => latest.current({ kind: 'hover', pointed: hit && { hit, x, y } }),
      clicked: (hit) => latest.current({ kind: 'click', hit }),
      asked: (hit, x, y) => latest.current({ kind: 'menu', pointed: { hit, x, y } }),
    }));
    return () => {
      unfollow();
      made.close();
    };
  }, []);
  useEffect(() => view.current?.replace(now, zoomed, selected), [now, zoomed]);
  useEffect(() => view.current?.select(selected), [selected]);
  return { picture, overlay, view };
}

interface KeyNeeds extends Focus {
  readonly showNode: (node: number) => void;
  readonly openMenu: (pointed: Pointed) => void;
  readonly overlay: { readonly current: HTMLCanvasElement | null };
  readonly view: { readonly current: FlameView | undefined };
}

/** Keys of the canvas, and of the page while the picture is on it. */
function useFlameKeys(props: FlameGraphProps, needs: KeyNeeds) {
  const { tree, zoomTo, zoomBack } = props;
  const { selected } = needs;
  useKeys({
    n: () => cycle(1, props, needs),
    N: () => cycle(-1, props, needs),
    0: () => zoomTo(undefined),
    Escape: zoomBack,
    c: () => {
      if (selected) void copy(tree.frames.name[tree.frame[selected]!]!, 'Name');
    },
  });
  return (event: KeyboardEvent) => {
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    const direction = hasModifier ? undefined : arrows[event.key];
    if (direction) {
      event.preventDefault();
      step(direction, tree, needs);
    } else if (event.key === 'Enter' && selected !== undefined) {
      event.preventDefault();
      zoomTo(selected === 0 ? undefined : pathId(tree, selected));
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault();
      openMenuAtSelection(needs);
    }
  };
}

/** The next match in the order of the picture, around the end. */
function cycle(
  by: number,
  { found }: FlameGraphProps,
  { selected, showNode }: Pick<KeyNeeds, 'selected' | 'showNode'>,
): void {
  const nodes = found?.nodes ?? [];
  if (nodes.length === 0) return;
  const at = selected === undefined ? -1 : nodes.indexOf(selected);
  const next = at < 0 && by < 0 ? nodes.length - 1 : (at + by + nodes.length) % nodes.length;
  showNode(nodes[next]!);
}

/** The first arrow selects what fills the picture; the others move from there. */
function step(direction: Direction, tree: FlameTree, needs: KeyNeeds): void {
  const { selected, zoomed, showNode } = needs;
  showNode(selected === undefined ? zoomed : (neighbour(tree, selected, direction) ?? selected));
}

function openMenuAtSelection({ selected, overlay, view, openMenu }: KeyNeeds): void {
  if (selected === undefined || !overlay.current) return;
  const { left, top } = overlay.current.getBoundingClientRect();
  const at = view.current?.boxOf(selected);
  openMenu({ hit: box(selected), x: left + (at?.x ?? 0), y: top + (at?.y ?? 0) + 18 });
}
