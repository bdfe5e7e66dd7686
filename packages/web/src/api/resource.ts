import { useEffect, useRef, useState } from 'preact/hooks';
import { attempt, Failure } from './client.ts';

export interface Loaded<T> {
  /** The last answer, also while the next is on its way: a picture is never taken away. */
  readonly value: T | undefined;
  /** The key that `value` answers. */
  readonly valueKey: string | undefined;
  readonly failure: Failure | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface State<T> {
  readonly value: T | undefined;
  readonly valueKey: string | undefined;
  readonly failure: Failure | undefined;
  readonly isLoading: boolean;
}

/**
 * What the server says about `key`. A new key aborts what is under way; a new `pulse` or `attempt` asks again.
 * Without a key nothing is asked.
 */
export function useResource<T>(
  key: string | undefined,
  pulse: number,
  fetched: (key: string, signal: AbortSignal) => Promise<T>,
): Loaded<T> {
  const [state, setState] = useState<State<T>>({
    value: undefined,
    valueKey: undefined,
    failure: undefined,
    isLoading: key !== undefined,
  });
  const [again, setAgain] = useState(0);
  const latest = useRef(fetched);
  latest.current = fetched;
  useEffect(() => {
    if (key === undefined) return;
    const aborter = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    latest.current(key, aborter.signal).then(
      (value) => setState({ value, valueKey: key, failure: undefined, isLoading: false }),
      (cause: unknown) => {
        if (aborter.signal.aborted) return;
        setState((before) => ({ ...before, failure: failureOf(cause), isLoading: false }));
      },
    );
    return () => aborter.abort();
  }, [key, pulse, again, attempt.value]);
  return { ...state, reload: () => setAgain((count) => count + 1) };
}

const failureOf = (cause: unknown): Failure =>
  cause instanceof Failure
    ? cause
    : new Failure(
        { status: 0, code: 'unreadable', detail: `The answer cannot be read: ${String(cause)}` },
        { cause },
      );
