import type { GroupDetail } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { hashHex, rootNodeId } from '@everflame/model';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ask, askFlame, viewAddress } from '../api/questions.ts';
import { useResource } from '../api/resource.ts';
import { fillIndexes } from '../flame/category.ts';
import { FlameGraph } from '../flame/flame-graph.tsx';
import { type FlameTree, hasCuts, nodeOfPath, pathId } from '../flame/flame-tree.ts';
import { rowsBelow } from '../flame/motion.ts';
import type { Tint } from '../flame/paint.ts';
import { palettes } from '../flame/palette.ts';
import { ordered } from '../flame/rearrange.ts';
import { exactly, matches, quoted } from '../flame/search.ts';
import { FailureNote, StillBefore } from '../shell/failure-note.tsx';
import { theme } from '../shell/theme.ts';
import { amend, go } from '../url/navigation.ts';
import type { GroupRoute } from '../url/route.ts';
import { EmptyRange } from './empty-range.tsx';
import { useExpandedTree } from './expanded-tree.ts';
import { FlameToolbar } from './flame-toolbar.tsx';
import { shownRange, type View, viewQuery } from './views.ts';

const rootPath = hashHex(rootNodeId);
/** Below one node more is asked for than at first, or what was too small would be so again. */
const nodesBelow = 131_072;

export interface TabProps {
  readonly route: GroupRoute;
  readonly view: View;
  readonly detail: GroupDetail;
  readonly pulse: number;
}

export function FlameTab({ route, view, detail, pulse }: TabProps) {
  const query = viewQuery(view, route, shownRange(route));
  const address = paths.flame(route.group);
  const key = viewAddress(address, query);
  const { value, valueKey, failure, isLoading, reload } = useResource(key, pulse, askFlame);
  const {
    tree: expanded,
    expand,
    isExpanded,
  } = useExpandedTree(
    value,
    (path) =>
      viewAddress(address, query, [
        // The root has no id of its own: all of the tree is what lies below it.
        ['root', path === rootPath ? undefined : path],
        ['maxNodes', nodesBelow],
      ]),
    valueKey,
  );
  const isAnswered = valueKey === key;
  // The picture that stays while another is asked for is still that of the view before.
  const last = useRef(view);
  if (isAnswered) last.current = view;
  const tree = useMemo(() => expanded && ordered(expanded, route.order), [expanded, route.order]);
  if (!tree)
    return failure ? (
      <FailureNote failure={failure} retry={reload} />
    ) : (
      <div class="panel flame-panel skeleton" aria-busy="true" />
    );
  return (
    <section
      class="panel flame-panel"
      aria-label="Flame graph"
      data-loading={isLoading || undefined}
      style={{ '--rows': rowsBelow(tree, 0) + 1 }}
    >
      {failure && <FailureNote failure={failure} retry={reload} />}
      {failure && !isAnswered && <StillBefore />}
      {tree.total[0] === 0 || tree.length < 2 ? (
        <EmptyRange route={route} detail={detail} view={view} nowMs={Date.now()} />
      ) : (
        <Shown
          route={route}
          view={last.current}
          detail={detail}
          tree={tree}
          expand={expand}
          isExpanded={isExpanded}
        />
      )}
    </section>
  );
}

interface ShownProps extends Omit<TabProps, 'pulse'> {
  readonly tree: FlameTree;
  readonly expand: (path: string) => void;
  readonly isExpanded: (path: string) => boolean;
}

function Shown({ route, view, detail, tree, expand, isExpanded }: ShownProps) {
  const palette = palettes[theme.value];
  const tint = useMemo<Tint>(
    () =>
      view.isByState
        ? { kind: 'state' }
        : { kind: 'frame', fillOf: fillIndexes(tree.frames, route.colour) },
    [view.isByState, tree.frames, route.colour],
  );
  const found = useMemo(() => matches(tree, route.search), [tree, route.search]);
  const everywhere = useSearchEverywhere(route, view, tree);
  const { zoomTo, zoomBack } = useZoom(route);
  const [selected, select] = useState<string>();
  const stepper = useRef<(by: number) => void>(undefined);
  const chosen = selected === undefined ? undefined : nodeOfPath(tree, selected);
  const zoomed = route.zoom === undefined ? undefined : nodeOfPath(tree, route.zoom);
  // What was too small to send may be worth a look once it fills the picture.
  useEffect(() => {
    if (zoomed && hasCuts(tree, zoomed)) expand(pathId(tree, zoomed));
  }, [tree, zoomed, expand]);
  return (
    <>
      <FlameToolbar
        route={route}
        view={view}
        detail={detail}
        tree={tree}
        found={found}
        everywhere={everywhere}
        match={chosen === undefined ? -1 : found.nodes.indexOf(chosen)}
        step={(by) => stepper.current?.(by)}
        zoomed={zoomed}
        palette={palette}
      />
      <FlameGraph
        tree={tree}
        unit={tree.source.header.unit}
        palette={palette}
        tint={tint}
        found={route.search === '' ? undefined : found}
        words={route.search}
        zoom={route.zoom}
        selected={selected}
        select={select}
        stepper={stepper}
        zoomTo={zoomTo}
        zoomBack={zoomBack}
        search={(name) => go({ ...route, search: exactly(name) })}
        openInHotspots={(name) =>
          go({ ...route, tab: 'hotspots', search: exactly(name), zoom: undefined })
        }
        loadElided={(node) => {
          // Asked for before and still too many: closer up, less of it is cut.
          if (isExpanded(pathId(tree, node))) zoomTo(pathId(tree, node));
          else expand(pathId(tree, node));
        }}
      />
    </>
  );
}

/** The share over the full tree, where the picture has only the heaviest part of it. */
function useSearchEverywhere(route: GroupRoute, view: View, tree: FlameTree) {
  const words = route.search.trim();
  const isPart = tree.source.header.elidedNodes > 0;
  const key =
    words === '' || !isPart || quoted(words) !== undefined
      ? undefined
      : viewAddress(paths.search(route.group), viewQuery(view, route, shownRange(route)), [
          ['q', words],
        ]);
  const { value, valueKey } = useResource(key, 0, ask.search);
  return valueKey === key ? value : undefined;
}

/** Zooms in the address, so that the back button undoes them; and the way back for Escape. */
function useZoom(route: GroupRoute) {
  const before = useRef<(string | undefined)[]>([]);
  const zoomTo = (zoom: string | undefined) => {
    if (zoom === route.zoom) return;
    before.current.push(route.zoom);
    go({ ...route, zoom });
  };
  const zoomBack = () => {
    if (route.zoom !== undefined) go({ ...route, zoom: before.current.pop() });
    else if (route.search !== '') amend({ ...route, search: '' });
  };
  return { zoomTo, zoomBack };
}
