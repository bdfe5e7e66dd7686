import { visibleText } from '../flame/visible-text.ts';
import { Name } from '../shell/name.tsx';
import { labelName } from '../show/label-name.ts';
import { go } from '../url/navigation.ts';
import type { GroupRoute } from '../url/route.ts';

interface LabelFiltersProps {
  readonly route: GroupRoute;
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/** Chosen `key:value` pairs as chips; two values of one key are alternatives. */
export function LabelFilters({ route, labels }: LabelFiltersProps) {
  const choose = (chosen: readonly string[]) => go({ ...route, labels: chosen });
  const keys = Object.keys(labels).sort();
  return (
    <>
      {route.labels.map((label) => (
        <button
          key={label}
          type="button"
          class="chip"
          title={`Remove this filter: ${visibleText(label)}`}
          onClick={() => choose(route.labels.filter((other) => other !== label))}
        >
          <Name of={inWords(label)} /> <span aria-hidden="true">×</span>
        </button>
      ))}
      {keys.length > 0 && (
        <select
          aria-label="Filter by label"
          value=""
          onChange={(event) => {
            const { value } = event.currentTarget;
            event.currentTarget.value = '';
            if (value !== '' && !route.labels.includes(value)) choose([...route.labels, value]);
          }}
        >
          <option value="">Filter…</option>
          {keys.map((key) => (
            <optgroup key={key} label={visibleText(labelName(key))}>
              {labels[key]?.map((value) => (
                <option key={value} value={`${key}:${value}`}>
                  {visibleText(value) || '(empty)'}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      )}
    </>
  );
}

/** `cloud.region:eu` as `region: eu`. */
function inWords(label: string): string {
  const colon = label.indexOf(':');
  return `${labelName(label.slice(0, colon))}: ${label.slice(colon + 1)}`;
}
