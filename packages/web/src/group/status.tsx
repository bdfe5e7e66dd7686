import type { GroupSummary } from '@everflame/api';
import { elapsed } from '../show/clock.ts';
import { type Standing, silentAfterMs, standing } from './standing.ts';

/** As a word and a mark: never by colour alone. */
export function Status({ of }: { of: GroupSummary }) {
  const shown = standing(of, Date.now());
  return (
    <span class={`status ${shown}`} title={explained(of)[shown]}>
      <span class="dot" aria-hidden="true" />
      {shown}
    </span>
  );
}

const explained = (group: GroupSummary): Readonly<Record<Standing, string>> => ({
  reporting: 'Profiles come',
  waiting: 'No profile has come yet',
  silent: `No profile for more than ${elapsed(silentAfterMs(group))}: the application may be down`,
  uploads: 'No agent has asked what to do: profiles are sent as files',
  paused: 'Agents are told not to profile',
});
