import type { GroupDetail, SearchAnswer } from '@everflame/api';
import type { FlameTree } from '../flame/flame-tree.ts';
import { categories, categoryTitle, type Palette } from '../flame/palette.ts';
import type { Matches } from '../flame/search.ts';
import { useKeys } from '../shell/keys.ts';
import { count, counted, percent } from '../show/quantity.ts';
import { amend, go } from '../url/navigation.ts';
import type { GroupRoute } from '../url/route.ts';
import { Samples } from './samples.tsx';
import { SearchBox } from './search-box.tsx';
import { StateLegend, Swatch } from './state-legend.tsx';
import type { View } from './views.ts';

interface FlameToolbarProps {
  readonly route: GroupRoute;
  readonly view: View;
  readonly detail: GroupDetail;
  readonly tree: FlameTree;
  readonly found: Matches;
  readonly everywhere: SearchAnswer | undefined;
  /** The match that is selected, counted from 0; below 0: none is. */
  readonly match: number;
  readonly step: (by: number) => void;
  /** Undefined also where the route names a node that this tree does not have. */
  readonly zoomed: number | undefined;
  readonly palette: Palette;
}

export function FlameToolbar(props: FlameToolbarProps) {
  const { route, view, detail, tree, palette } = props;
  const { header } = tree.source;
  const setOrder = (order: GroupRoute['order']) => go({ ...route, order });
  useKeys({ o: () => setOrder(route.order === 'heavy' ? 'name' : 'heavy') });
  return (
    <div class="flame-toolbar">
      <div class="row">
        <SearchBox
          label="Find a frame"
          value={route.search}
          change={(search) => amend({ ...route, search })}
        />
        {route.search.trim() !== '' && <SearchResult {...props} />}
        <span class="spacer" />
        <span class="flame-notes">
          <Samples samples={header.count} />
          <span class="muted">
            {counted(header.profiles, 'profile')}
            {header.elidedNodes > 0 && ` · ${count(header.treeNodes)} nodes`}
          </span>
        </span>
        {!view.isByState && (
          <label class="select">
            Colour
            <select
              value={route.colour}
              onChange={(event) =>
                go({
                  ...route,
                  colour: event.currentTarget.value === 'package' ? 'package' : 'category',
                })
              }
            >
              <option value="category">category</option>
              <option value="package">package</option>
            </select>
          </label>
        )}
        <label class="select">
          Order
          <select
            value={route.order}
            onChange={(event) => setOrder(event.currentTarget.value === 'name' ? 'name' : 'heavy')}
          >
            <option value="heavy">heaviest first</option>
            <option value="name">A–Z</option>
          </select>
        </label>
      </div>
      <div class="row legend-row">
        {view.isByState ? (
          <StateLegend route={route} view={view} measures={detail.measures} palette={palette} />
        ) : route.colour === 'category' ? (
          <CategoryLegend palette={palette} />
        ) : (
          <p class="legend muted">Colours tell packages apart and mean nothing else.</p>
        )}
        {route.zoom !== undefined && <ZoomChip {...props} />}
      </div>
    </div>
  );
}

/** How much of everything the picture shows, and the way back to it. */
function ZoomChip({ route, tree, zoomed }: FlameToolbarProps) {
  const share = zoomed === undefined ? undefined : (tree.total[zoomed] ?? 0) / (tree.total[0] || 1);
  return (
    <button
      type="button"
      class={`chip ${share === undefined ? 'warn' : ''}`}
      onClick={() => go({ ...route, zoom: undefined })}
    >
      {share === undefined ? 'The zoomed frame is not in this picture' : `${percent(share)} of all`}{' '}
      · Show all <kbd>0</kbd>
    </button>
  );
}

const CategoryLegend = ({ palette }: { palette: Palette }) => (
  <ul class="legend" aria-label="Colours">
    {categories.map((category) => (
      <li key={category}>
        <Swatch colour={palette.category[category]} />
        {categoryTitle[category]}
      </li>
    ))}
  </ul>
);

/** What matches, of everything, with nothing counted twice; and what of it is too small to be drawn. */
function SearchResult({ found, everywhere, tree, match, step }: FlameToolbarProps) {
  const share = everywhere?.share ?? found.weight / (tree.total[0] || 1);
  const frames = everywhere?.frames ?? found.frameCount;
  const places = found.nodes.length;
  const hidden = Math.max(0, (everywhere?.nodes ?? 0) - places);
  if (frames === 0)
    return (
      <span class="search-result" role="status">
        no match
      </span>
    );
  return (
    <span class="search-result">
      <span role="status">
        <b>{percent(share)}</b> in {counted(frames, 'frame')}
        {hidden > 0 && `, ${counted(hidden, 'place')} too small to draw`}
      </span>
      {places > 0 && (
        <span class="matches">
          <Step title="Previous match" sign="‹" step={() => step(-1)} />
          <span>
            {match < 0 ? counted(places, 'place') : `${count(match + 1)} of ${count(places)}`}
          </span>
          <Step title="Next match" sign="›" step={() => step(1)} />
        </span>
      )}
    </span>
  );
}

const Step = ({ title, sign, step }: { title: string; sign: string; step: () => void }) => (
  <button type="button" class="button step" aria-label={title} title={title} onClick={step}>
    <span aria-hidden="true">{sign}</span>
  </button>
);
