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
  readonly isZoomLost: boolean;
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
        {props.isZoomLost && (
          <button type="button" class="chip warn" onClick={() => go({ ...route, zoom: undefined })}>
            The zoomed frame is not in this picture <span aria-hidden="true">×</span>
          </button>
        )}
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
      {view.isByState ? (
        <StateLegend route={route} view={view} measures={detail.measures} palette={palette} />
      ) : (
        route.colour === 'category' && <CategoryLegend palette={palette} />
      )}
    </div>
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
function SearchResult({ found, everywhere, tree }: FlameToolbarProps) {
  const share = everywhere?.share ?? found.weight / (tree.total[0] || 1);
  const frames = everywhere?.frames ?? found.frameCount;
  const hidden = Math.max(0, (everywhere?.nodes ?? 0) - found.nodes.length);
  return (
    <span class="search-result" role="status">
      {frames === 0 ? (
        'no match'
      ) : (
        <>
          <b>{percent(share)}</b> in {counted(frames, 'frame')},{' '}
          {counted(found.nodes.length, 'place')}
          {hidden > 0 && `, ${count(hidden)} too small to draw`} <kbd>n</kbd>
        </>
      )}
    </span>
  );
}
