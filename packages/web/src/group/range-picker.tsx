import { useState } from 'preact/hooks';
import { Menu } from '../shell/menu.tsx';
import { Name } from '../shell/name.tsx';
import { localInput, span } from '../show/clock.ts';
import { go, unread } from '../url/navigation.ts';
import type { GroupRoute } from '../url/route.ts';
import { isLive, type Moments, momentsOf, presets, rangeOf } from '../url/time-range.ts';

const isSame = (a: Moments, b: Moments): boolean => a.from === b.from && a.to === b.to;

/** Presets, or two moments of the reader's own clock. */
export function RangePicker({ route, nowMs }: { route: GroupRoute; nowMs: number }) {
  const preset = presets.find((one) => isSame(one, route.range));
  const range = rangeOf(route.range, nowMs);
  const choose = ({ from, to }: Moments) =>
    go({ ...route, range: { from, to }, brushed: undefined });
  const ends = isLive(route.range) ? ' – now' : '';
  const title = preset?.title ?? (range ? `${span(range, nowMs)}${ends}` : 'Range');
  return (
    <Menu title={title}>
      {(close) => {
        const chosen = (to: Moments) => {
          close();
          choose(to);
        };
        return (
          <>
            {presets.map((one) => (
              <button
                key={one.from}
                type="button"
                aria-pressed={one === preset}
                onClick={() => chosen(one)}
              >
                {one.title}
              </button>
            ))}
            <OwnRange start={range ?? { fromMs: nowMs - 3_600_000, toMs: nowMs }} choose={chosen} />
          </>
        );
      }}
    </Menu>
  );
}

/** Says that the address asked for something else than what is shown. */
export const UnreadRange = () =>
  unread.value === undefined ? undefined : (
    <button
      type="button"
      class="chip warn"
      title="Hide this"
      onClick={() => {
        unread.value = undefined;
      }}
    >
      <Name of={`“${unread.value.slice(0, 40)}” is no range of time: not used`} />{' '}
      <span aria-hidden="true">×</span>
    </button>
  );

interface OwnRangeProps {
  readonly start: { readonly fromMs: number; readonly toMs: number };
  readonly choose: (to: Moments) => void;
}

function OwnRange({ start, choose }: OwnRangeProps) {
  const [from, setFrom] = useState(localInput(start.fromMs));
  const [to, setTo] = useState(localInput(start.toMs));
  const fromMs = new Date(from).getTime();
  const toMs = new Date(to).getTime();
  const isValid = fromMs < toMs;
  const submit = (event: Event) => {
    event.preventDefault();
    if (isValid) choose(momentsOf({ fromMs, toMs }));
  };
  return (
    <form class="own-range" onSubmit={submit}>
      <label>
        From
        <input type="datetime-local" value={from} onInput={(e) => setFrom(e.currentTarget.value)} />
      </label>
      <label>
        To
        <input type="datetime-local" value={to} onInput={(e) => setTo(e.currentTarget.value)} />
      </label>
      <button type="submit" class="button primary" disabled={!isValid}>
        Show
      </button>
      {!isValid && <p class="warn">The start must lie before the end.</p>}
    </form>
  );
}
