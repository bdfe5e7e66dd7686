import type { GroupSummary } from '@everflame/api';
import { useEffect, useState } from 'preact/hooks';
import { Name } from '../shell/name.tsx';
import { ago, elapsed } from '../show/clock.ts';
import { Snippets } from './snippets.tsx';

/** Agents send once a minute; what takes twice that long has another reason. */
const expectedMs = 60_000;

interface WaitingPanelProps {
  readonly group: GroupSummary;
  /** The server profiles itself in this group: nothing is left to do but wait. */
  readonly isSelf?: boolean;
}

/** What has happened, what has not, and for how long. Whoever shows it asks the server again. */
export function WaitingPanel({ group, isSelf = false }: WaitingPanelProps) {
  const nowMs = useNow();
  const sinceMs = nowMs - group.createdMs;
  const hasAgent = group.lastAgentMs !== undefined;
  return (
    <section class="panel waiting-panel" aria-label="Waiting for the first profile">
      <h2>
        Waiting for the first profile of <Name of={group.name} />…
      </h2>
      {isSelf && <p>Everflame profiles itself, so there is something to look at from the start.</p>}
      <ol class="steps">
        <li class="done">Group created {ago(group.createdMs, nowMs)}</li>
        <li class={hasAgent ? 'done' : 'open'}>
          {hasAgent
            ? `Agent connected, last seen ${ago(group.lastAgentMs, nowMs)}`
            : 'An agent asks what to do'}
        </li>
        <li class="open">
          First profile: ten seconds after our agent has started, up to five minutes with AWS’s ·{' '}
          {elapsed(sinceMs)} so far
        </li>
      </ol>
      <progress value={Math.min(sinceMs, expectedMs)} max={expectedMs} aria-label="Time waited" />
      {sinceMs > 2 * expectedMs && <Hints hasAgent={hasAgent} />}
      {!isSelf && <Snippets group={group.name} />}
    </section>
  );
}

const Hints = ({ hasAgent }: { hasAgent: boolean }) => (
  <p class="muted">
    {hasAgent
      ? 'The agent is connected, but nothing came of it. Is the application doing anything? Its agent logs what it could not send.'
      : `Is the application running, and can it reach ${location.origin}? Its agent logs the first failure.`}
  </p>
);

function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
