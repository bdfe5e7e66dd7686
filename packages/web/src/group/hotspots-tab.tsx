import type { Hotspots } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { ask, viewAddress } from '../api/questions.ts';
import { useResource } from '../api/resource.ts';
import { categoryOf } from '../flame/category.ts';
import { explained } from '../flame/explained.ts';
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
  const words = quoted(route.search)?.name ?? route.search.trim();
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

/** Names as they are shown, `f2` before `f10`. */
const byName = new Intl.Collator(undefined, { numeric: true });

const nameOf = ({ frame }: Row): string => shownName(frame.name, frame.file, 0);

function sorted(rows: readonly Row[], by: SortBy): readonly Row[] {
  switch (by) {
    // As the server sends them.
    case 'self':
    case 'total':
      return rows;
    case 'name':
      return rows.toSorted((a, b) => byName.compare(nameOf(a), nameOf(b)));
    case 'places':
      return rows.toSorted((a, b) => b.places - a.places);
  }
}

/** Names that more than one row has: these need their file to be told apart. */
function sharedNames(rows: readonly Row[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(
    rows.map(({ frame }) => frame.name).filter((name) => seen.has(name) || !seen.add(name)),
  );
}

interface TableProps {
  readonly hotspots: Hotspots;
  readonly route: GroupRoute;
  readonly palette: Palette;
}

function Table({ hotspots, route, palette }: TableProps) {
  const rows = sorted(hotspots.rows, route.sort);
  const shared = sharedNames(rows);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-scroll" tabIndex={0} aria-label="Table of hotspots">
      <table class="data">
        <Head route={route} unit={hotspots.unit} />
        <tbody>
          {rows.map((row) => (
            <FrameRow
              key={row.frame.id}
              row={row}
              route={route}
              palette={palette}
              hotspots={hotspots}
              isShared={shared.has(row.frame.name)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Head({ route, unit }: { route: GroupRoute; unit: Hotspots['unit'] }) {
  const head = (by: SortBy, title: string, about: string) => {
    const order = by === 'name' ? 'ascending' : 'descending';
    const isSorted = route.sort === by;
    return (
      <th
        scope="col"
        class={by === 'name' ? undefined : 'number'}
        title={about}
        aria-sort={isSorted ? order : 'none'}
      >
        <button type="button" onClick={() => go({ ...route, sort: by })}>
          {title}{' '}
          <span aria-hidden="true">{isSorted ? (order === 'ascending' ? '↑' : '↓') : ''}</span>
        </button>
      </th>
    );
  };
  return (
    <thead>
      <tr>
        {head('name', 'Frame', 'The function')}
        <th
          scope="col"
          class="bar-column"
          title="Dark: self. Pale: total. The whole column is 100 %."
        >
          Self in total
        </th>
        {head('self', 'Self', 'In the function itself, without what it calls')}
        <th scope="col" class="number">
          Self {unit === 'ns' ? 'time' : unit}
        </th>
        {head('total', 'Total', 'In the function and in all that it calls')}
        {head('places', 'Places', 'Boxes of the full flame graph that show the function')}
        <th scope="col">Where</th>
      </tr>
    </thead>
  );
}

interface FrameRowProps {
  readonly row: Row;
  readonly route: GroupRoute;
  readonly palette: Palette;
  readonly hotspots: Hotspots;
  /** Another row has the same name. */
  readonly isShared: boolean;
}

function FrameRow({ row, route, palette, hotspots, isShared }: FrameRowProps) {
  const { frame, selfShare, totalShare, self, places } = row;
  const colour = palette.category[categoryOf(frame)];
  const explanation = explained(frame.name);
  const target = {
    ...route,
    tab: 'flame',
    search: exactly(frame.name, isShared ? frame.file : undefined),
    zoom: undefined,
  } as const;
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
          <Name of={nameOf(row)} />
        </a>
        {explanation !== undefined && <small>{explanation}</small>}
      </th>
      <td class="bar-column" aria-hidden="true">
        <Bar colour={colour} self={selfShare[0]} total={totalShare[0]} />
      </td>
      <td class="number">
        <Share of={selfShare} count={hotspots.count} />
      </td>
      <td class="number">{self === 0 ? '–' : quantity(self, hotspots.unit)}</td>
      <td class="number">
        <Share of={totalShare} count={hotspots.count} />
      </td>
      <td class="number">{count(places)}</td>
      <Where frame={frame} />
    </tr>
  );
}

/** What is self lies in what is total, and both on a column of 100 %. */
const Bar = ({ colour, self, total }: { colour: string; self: number; total: number }) => (
  <span class="bar">
    {[total, self].map((share, i) => (
      <span
        key={i === 0 ? 'total' : 'self'}
        style={{ width: `${Math.max(share > 0 ? 1 : 0, share * 100)}%`, background: colour }}
      />
    ))}
  </span>
);

/** Nothing is nothing: that no sample met a function leaves no doubt that is worth a column of figures. */
function Share({ of: [share, low, high], count: samples }: { of: Interval; count: number }) {
  if (share === 0) return '–';
  return (
    <>
      {percent(share)} {samples > 0 && <small>{plusMinus(low, high)}</small>}
    </>
  );
}

type Interval = Row['selfShare'];

function Where({ frame }: { frame: Row['frame'] }) {
  const { file, module, runtime } = frame;
  if (file === '' && module === '') {
    if (runtime !== 'nodejs' || explained(frame.name) !== undefined)
      return <td class="where">–</td>;
    return (
      <td class="where" title="Native or generated code: no file is known">
        native<span class="wide-only"> or generated code</span>
      </td>
    );
  }
  return (
    <td class="where" title={visibleText(file || module)}>
      <span class="wide-only">
        <Name of={module || file} />
      </span>
      <span class="narrow-only">
        <Name of={baseName(file) || module} />
      </span>
    </td>
  );
}

/** A click beside the link; not one that ends a selection of text. */
function followRow(event: MouseEvent, target: GroupRoute): void {
  const isOnLink = event.target instanceof Element && event.target.closest('a') !== null;
  if (!isOnLink && getSelection()?.isCollapsed !== false) follow(event, target);
}
