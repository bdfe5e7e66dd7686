import type { MeasureInfo } from '@everflame/api';
import { latencyStates } from '@everflame/model';
import type { Palette } from '../flame/palette.ts';
import { percent } from '../show/quantity.ts';
import { stateName } from '../show/state-name.ts';
import { go } from '../url/navigation.ts';
import type { GroupRoute } from '../url/route.ts';
import { statesIn, type View } from './views.ts';

interface StateLegendProps {
  readonly route: GroupRoute;
  readonly view: View;
  readonly measures: readonly MeasureInfo[];
  readonly palette: Palette;
}

/** Each state with its share of everything but idling; turning one off leaves it out of all numbers. */
export function StateLegend({ route, view, measures, palette }: StateLegendProps) {
  const all = measures.find(({ measure }) => measure === view.measure)?.states ?? [];
  const known = all.filter(({ state }) => (latencyStates as readonly string[]).includes(state));
  const whole = known.reduce((sum, { total }) => sum + total, 0);
  const on = statesIn(view, route) ?? [];
  // Nothing of nothing is no picture: what is left on stays on.
  const isLast = known.filter(({ state }) => on.includes(state)).length === 1;
  const toggle = (state: string, isOn: boolean) => {
    const next = known
      .map((one) => one.state)
      .filter((one) => (one === state ? isOn : on.includes(one)));
    go({ ...route, states: next.length === known.length ? undefined : next });
  };
  return (
    <fieldset class="legend">
      <legend class="hidden">Thread states</legend>
      {known.map(({ state, total }) => (
        <label key={state} class="legend-toggle" title={state}>
          <input
            type="checkbox"
            checked={on.includes(state)}
            disabled={isLast && on.includes(state)}
            onChange={(event) => toggle(state, event.currentTarget.checked)}
          />
          <Swatch colour={palette.state[state] ?? palette.category.runtime} />
          {stateName(state)} <span class="muted">{percent(whole === 0 ? 0 : total / whole)}</span>
        </label>
      ))}
    </fieldset>
  );
}

export const Swatch = ({ colour }: { colour: string }) => (
  <span class="swatch" style={{ background: colour }} />
);
