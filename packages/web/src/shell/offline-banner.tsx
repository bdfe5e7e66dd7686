import { useEffect } from 'preact/hooks';
import { askAgain, isConnected } from '../api/client.ts';

const retryMs = 5000;

/** Said once for the whole page, which keeps what it shows and asks again until the server is back. */
export function OfflineBanner() {
  const isAway = !isConnected.value;
  useEffect(() => {
    if (!isAway) return;
    const timer = setInterval(askAgain, retryMs);
    return () => clearInterval(timer);
  }, [isAway]);
  if (!isAway) return undefined;
  return (
    <div class="offline" role="alert">
      The server cannot be reached. What you see is the last that came.{' '}
      <button type="button" class="button" onClick={askAgain}>
        Retry
      </button>
    </div>
  );
}
