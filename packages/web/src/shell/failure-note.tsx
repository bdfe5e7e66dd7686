import type { Failure } from '../api/client.ts';

/**
 * An error where its answer would have been, with what a reader can do and what to quote. That the server
 * cannot be reached is said once, for the whole page (offline-banner.tsx).
 */
export function FailureNote({ failure, retry }: { failure: Failure; retry: () => void }) {
  if (failure.code === 'unreachable') return undefined;
  return (
    <div class="failure" role="alert">
      <strong>{failure.message}</strong>{' '}
      {failure.requestId && (
        <span class="muted">
          Request <code>{failure.requestId}</code>
        </span>
      )}{' '}
      <button type="button" class="button" onClick={retry}>
        Retry
      </button>
    </div>
  );
}

/** Beside a picture that stays because the one that was asked for could not be had. */
export const StillBefore = () => (
  <p class="note" role="status">
    This is what was shown before. What you chose could not be loaded.
  </p>
);
