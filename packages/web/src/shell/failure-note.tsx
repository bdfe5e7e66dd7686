import type { Failure } from '../api/client.ts';

/** An error where its answer would have been, with what a reader can do and what to quote. */
export const FailureNote = ({ failure, retry }: { failure: Failure; retry: () => void }) => (
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
