import type { ProblemBody } from '@everflame/api';
import { signal } from '@preact/signals';

/** False after a request that did not reach the server, until one does. */
export const isConnected = signal(true);

/** Counts up when everything is to be asked again: by the reader, by a clock, and when the server is back. */
export const attempt = signal(0);

export const askAgain = (): void => {
  attempt.value++;
};

/** Why a request has no answer, in words for the reader. */
export class Failure extends Error {
  /** 0 where the server was not reached. */
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(body: Partial<ProblemBody> & { readonly status: number }, options?: ErrorOptions) {
    super(body.detail ?? body.title ?? `The server answered with status ${body.status}.`, options);
    this.name = 'Failure';
    this.status = body.status;
    this.code = body.code ?? 'unknown';
    this.requestId = body.requestId;
  }
}

export type Query = readonly (readonly [string, string | number | undefined])[];

export function address(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of query) if (value !== undefined) params.append(key, String(value));
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A successful answer, or a `Failure`; an abort is passed on as it is. */
export async function answer(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    isConnected.value = false;
    const detail = 'The server cannot be reached.';
    throw new Failure({ status: 0, code: 'unreachable', detail }, { cause });
  }
  if (!isConnected.value) {
    isConnected.value = true;
    // What was asked while the server was away has no answer yet.
    askAgain();
  }
  if (response.ok) return response;
  throw new Failure({ ...(await problemOf(response)), status: response.status });
}

async function problemOf(response: Response): Promise<Partial<ProblemBody>> {
  const requestId = response.headers.get('x-request-id');
  const known = requestId === null ? {} : { requestId };
  if (!response.headers.get('content-type')?.includes('json')) return known;
  const body: unknown = await response.json().catch(() => undefined);
  return typeof body === 'object' ? { ...known, ...body } : known;
}

/** The server's answers are of its own schemas, so their types are taken at its word. */
export async function json<T>(url: string, signal: AbortSignal): Promise<T> {
  const response = await answer(url, { signal, headers: { accept: 'application/json' } });
  return (await response.json()) as T;
}
