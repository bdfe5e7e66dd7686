import type { GroupDetail } from '@everflame/api';
import { useState } from 'preact/hooks';
import { Failure } from '../api/client.ts';
import { setProfiling } from '../api/questions.ts';
import { announce } from '../shell/clipboard.ts';
import { Dialog } from '../shell/dialog.tsx';
import { Pause, Play } from '../shell/icons.tsx';
import { Name } from '../shell/name.tsx';

interface PauseButtonProps {
  readonly detail: GroupDetail;
  readonly reload: () => void;
}

/** Pausing stops everybody's data, so it is asked for twice; resuming takes nothing from anyone. */
export function PauseButton({ detail, reload }: PauseButtonProps) {
  const [isBusy, setBusy] = useState(false);
  const [isAsking, ask] = useState(false);
  const { profilingEnabled } = detail;
  // Who only sends files has no agent that could be told.
  const hasOnlyUploads = detail.lastAgentMs === undefined && detail.lastProfileMs !== undefined;
  const change = async () => {
    ask(false);
    setBusy(true);
    try {
      await setProfiling(detail.name, !profilingEnabled);
      announce(profilingEnabled ? 'Paused' : 'Resumed');
    } catch (cause) {
      announce(cause instanceof Failure ? cause.message : 'That did not work');
    }
    setBusy(false);
    reload();
  };
  if (hasOnlyUploads && profilingEnabled) return undefined;
  return (
    <>
      <button
        type="button"
        class="button"
        disabled={isBusy}
        title={
          profilingEnabled
            ? 'Tell the agents of this group to stop profiling'
            : 'Tell the agents of this group to profile again'
        }
        onClick={() => (profilingEnabled ? ask(true) : void change())}
      >
        {profilingEnabled ? <Pause /> : <Play />} {profilingEnabled ? 'Pause' : 'Resume'} profiling
      </button>
      {isAsking && <Confirmation group={detail.name} pause={change} close={() => ask(false)} />}
    </>
  );
}

interface ConfirmationProps {
  readonly group: string;
  readonly pause: () => Promise<void>;
  readonly close: () => void;
}

const Confirmation = ({ group, pause, close }: ConfirmationProps) => (
  <Dialog
    title={
      <>
        Pause profiling of <Name of={group} />?
      </>
    }
    close={close}
    actions={
      <>
        <button type="button" class="button primary" onClick={() => void pause()}>
          Pause all instances
        </button>
        <button type="submit" class="button">
          Cancel
        </button>
      </>
    }
  >
    <p>
      All instances stop profiling at their next report, within a minute. What was recorded stays;
      you can resume at any time.
    </p>
  </Dialog>
);
