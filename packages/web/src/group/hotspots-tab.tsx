import type { Hotspots } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { ask, viewAddress } from '../api/questions.ts';
import { useResource } from '../api/resource.ts';
import { categoryOf } from '../flame/category.ts';
import { type Palette, palettes } from '../flame/palette.ts';
import { exactly, quoted } from '../flame/search.ts';
import { baseName, shownName } from '../flame/shown-name.ts';
import { visibleText } from '../flame/visible-text.ts';
import { FailureNote, StillBefore } from '../shell/failure-note.tsx';
import { Name } from '../shell/name.tsx';
import { theme } from '../shell/theme.ts';
import { count, counted, percent, plusMinus, quantity } from '../show/quantity.ts';
import { amend, follow, go } from '../url/navigation.ts';
import { format, type GroupRoute, type SortBy } from '../url/route.ts';
import { EmptyRange } from './empty-range.tsx';
import type { TabProps } from './flame-tab.tsx';
import { Samples } from './samples.tsx';
import { SearchBox } from './search-box.tsx';
import { Swatch } from './state-legend.tsx';
import { shownRange, viewQuery } from './views.ts';

const limit = 500;

/** Functions by their cost, computed on the full tree by the server. */
export function HotspotsTab({ route, view, detail, pulse }: TabProps) {
  const words = quoted(route.search) ?? route.search.trim();
  const key = viewAddress(paths.hotspots(route.group), viewQuery(view, route, shownRange(route)), [
    ['sort', route.sort === 'total' ? 'total' : 'self'],
    ['limit', limit],
    ['q', words || undefined],
  ]);
  const { value, valueKey, failure, isLoading, reload } = useResource(key, pulse, ask.hotspots);
  const isEmpty = value?.total === 0;
  return (
    <section class="panel hotspots" aria-label="Hotspots" data-loading={isLoading || undefined}>
      <div class="row">
        <SearchBox
          label="Filter frames"
          value={words}
          change={(search) => amend({ ...route, search })}
        />
        {value && (
          <span class="muted" role="status">
            {value.rows.length < value.frames
              ? `${count(value.rows.length)} of ${count(value.frames)} frames`
              : counted(value.frames, 'frame')}
          </span>
        )}
        <span class="spacer" />
        {value && <Samples samples={value.count} />}
      </div>
      {failure && <FailureNote failure={failure} retry={reload} />}
      {failure && value && valueKey !== key && <StillBefore />}
      {!value && !failure && <div class="skeleton table-skeleton" aria-busy="true" />}
      {isEmpty && <EmptyRange route={route} detail={detail} view={view} nowMs={Date.now()} />}
      {value && !isEmpty && (
        <Table hotspots={value} route={route} palette={palettes[theme.value]} />
      )}
      {value && !isEmpty && value.rows.length === 0 && (
        <p class="empty">No frame has “{words}” in its name, file or module.</p>
      )}
    </section>
  );
}

type Row = Hotspots['rows'][number];

function sorted(rows: readonly Row[], by: SortBy): readonly Row[] {
  switch (by) {
    // As the server sends them.
    case 'self':
    case 'total':
      return rows;
    case 'name':
      return rows.toSorted((a, b) => (a.frame.name < b.frame.name ? -1 : 1));
    case 'places':
      return rows.toSorted((a, b) => b.places - a.places);
  }
}

interface TableProps {
  readonly hotspots: Hotspots;
  readonly route: GroupRoute;
  readonly palette: Palette;
}

function Table({ hotspots, route, palette }: TableProps) {
  const rows = sorted(hotspots.rows, route.sort);
  const widest = Math.max(
    ...rows.map((row) => row[route.sort === 'total' ? 'totalShare' : 'selfShare'][0]),
    1e-9,
  );
  const head = (by: SortBy, title: string, kind = 'number') => (
    <th
      scope="col"
      class={kind}
      aria-sort={route.sort === by ? (by === 'name' ? 'ascending' : 'descending') : 'none'}
    >
      <button type="button" onClick={() => go({ ...route, sort: by })}>
        {title} <span aria-hidden="true">{route.sort === by ? '↓' : ''}</span>
      </button>
    </th>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-scroll" tabIndex={0} aria-label="Table of hotspots">
      <table class="data">
        <thead>
          <tr>
            {head('name', 'Frame', '')}
            <th scope="col" class="bar-column">
              Share of {route.sort === 'total' ? 'total' : 'self'}
            </th>
            {head('self', 'Self')}
            <th scope="col" class="number">
              Self {hotspots.unit === 'ns' ? 'time' : hotspots.unit}
            </th>
            {head('total', 'Total')}
            {head('places', 'Places')}
            <th scope="col">Where</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <FrameRow
              key={row.frame.id}
              row={row}
              route={route}
              palette={palette}
              unit={hotspots.unit}
              widest={widest}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface FrameRowProps {
  readonly row: Row;
  readonly route: GroupRoute;
  readonly palette: Palette;
  readonly unit: Hotspots['unit'];
  readonly widest: number;
}

function FrameRow({ row, route, palette, unit, widest }: FrameRowProps) {
  const { frame, selfShare, totalShare, self, places } = row;
  const [selfPart, selfLow, selfHigh] = selfShare;
  const [totalPart, totalLow, totalHigh] = totalShare;
  const colour = palette.category[categoryOf(frame)];
  const target = {
    ...route,
    tab: 'flame',
    search: exactly(frame.name),
    zoom: undefined,
  } as const;
  const length = (route.sort === 'total' ? totalPart : selfPart) / widest;
  return (
    // The link is what a keyboard reaches; the rest of its row is only a larger target.
    <tr class="leads" onClick={(event) => followRow(event, target)}>
      <th scope="row" class="frame-cell">
        <a
          href={format(target)}
          onClick={(event) => follow(event, target)}
          title="Show in the flame graph"
        >
          <Swatch colour={colour} />
          <Name of={shownName(frame.name, frame.file, 0)} />
        </a>
      </th>
      <td class="bar-column" aria-hidden="true">
        <span class="bar" style={{ width: `${Math.max(1, length * 100)}%`, background: colour }} />
      </td>
      <td class="number">
        {percent(selfPart)} <small>{plusMinus(selfLow, selfHigh)}</small>
      </td>
      <td class="number">{quantity(self, unit)}</td>
      <td class="number">
        {percent(totalPart)} <small>{plusMinus(totalLow, totalHigh)}</small>
      </td>
      <td class="number">{count(places)}</td>
      <td class="where" title={visibleText(frame.file || frame.module)}>
        <span class="wide-only">
          <Name of={frame.module || frame.file || '–'} />
        </span>
        <span class="narrow-only">
          <Name of={baseName(frame.file) || frame.module || '–'} />
        </span>
      </td>
    </tr>
  );
}

/** A click beside the link; not one that ends a selection of text. */
function followRow(event: MouseEvent, target: GroupRoute): void {
  const isOnLink = event.target instanceof Element && event.target.closest('a') !== null;
  if (!isOnLink && getSelection()?.isCollapsed !== false) follow(event, target);
}
