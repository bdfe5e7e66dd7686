import { go } from '../url/navigation.ts';
import type { GroupRoute } from '../url/route.ts';
import type { View } from './views.ts';

interface ViewSwitchProps {
  readonly route: GroupRoute;
  readonly all: readonly View[];
  readonly view: View;
}

/** A zoom belongs to the tree it was made in, so it does not survive a change of view. */
export const ViewSwitch = ({ route, all, view }: ViewSwitchProps) => (
  <fieldset class="segments">
    <legend class="hidden">What is counted</legend>
    {all.map(({ id, title }) => (
      <button
        key={id}
        type="button"
        aria-pressed={id === view.id}
        onClick={() => go({ ...route, view: id, states: undefined, zoom: undefined })}
      >
        {title}
      </button>
    ))}
  </fieldset>
);
