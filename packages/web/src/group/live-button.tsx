import { isConnected } from '../api/client.ts';

interface LiveButtonProps {
  readonly isFollowing: boolean;
  readonly follow: (on: boolean) => void;
  /** Agents are told not to profile: nothing new will come. */
  readonly isPaused: boolean;
}

/** Whether the page keeps itself fresh, and if it would but cannot, why. */
export function LiveButton({ isFollowing, follow, isPaused }: LiveButtonProps) {
  const obstacle = !isConnected.value ? 'offline' : isPaused ? 'paused' : undefined;
  const isLive = isFollowing && obstacle === undefined;
  return (
    <button
      type="button"
      class={`button live ${isLive ? 'on' : ''}`}
      aria-pressed={isFollowing}
      title="Ask again every 10 seconds"
      onClick={() => follow(!isFollowing)}
    >
      <span class="dot" aria-hidden="true" />{' '}
      {obstacle === undefined ? 'Live' : `Not live: ${obstacle}`}
    </button>
  );
}
