import type { GroupSummary } from '@everflame/api';

const explained: Readonly<Record<GroupSummary['status'], string>> = {
  reporting: 'A profile came in the last 15 minutes',
  waiting: 'No profile has come yet',
  stale: 'No profile for more than 15 minutes',
  paused: 'Agents are told not to profile',
};

/** As a word and a mark: never by colour alone. */
export const Status = ({ of }: { of: GroupSummary['status'] }) => (
  <span class={`status ${of}`} title={explained[of]}>
    <span class="dot" aria-hidden="true" />
    {of}
  </span>
);
