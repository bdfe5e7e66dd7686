import { randomUUID } from 'node:crypto';
import { Problem } from '@everflame/model';
import { Hono } from 'hono';
import { apiDoor } from './api/door.ts';
import { isOpen } from './auth/admit.ts';
import { awsDoor } from './aws/door.ts';
import { compressed } from './compress.ts';
import type { Door, Visit } from './door.ts';
import { refuseForeign } from './guard.ts';
import { healthDoor, isProbe } from './health-door.ts';
import { dropAhead } from './ingest/read-body.ts';
import { rawPath } from './match-path.ts';
import type { Needs } from './needs.ts';
import { webDoor } from './web-door.ts';

/** What Hono is told beside a request that came over a socket. */
interface Wire {
  readonly incoming?: {
    readonly complete: boolean;
    readonly socket: { readonly remoteAddress?: string | undefined };
  };
}

/** The first that owns a path answers. A new protocol is one line here. */
const doorsFor = (needs: Needs): readonly Door[] => [
  healthDoor(needs),
  apiDoor(needs),
  awsDoor(needs),
  webDoor(needs),
];

/** Everything behind the socket; a test calls `app.request`. */
export function createApp(needs: Needs): Hono {
  const doors = doorsFor(needs);
  const app = new Hono();
  // One handler, for a router decodes paths before it matches them, and the AWS protocol must not be.
  app.all('*', (context) => {
    // Without a socket, as in tests, a request is what it is.
    const { incoming } = (context.env ?? {}) as Wire;
    const isWhole = () => incoming?.complete ?? true;
    const address = incoming?.socket.remoteAddress;
    return answered({ request: context.req.raw, address, isWhole }, doors, needs);
  });
  return app;
}

/** One request from its arrival to its line in the log. */
async function answered(
  arrived: Pick<Visit, 'request' | 'address' | 'isWhole'>,
  doors: readonly Door[],
  needs: Needs,
): Promise<Response> {
  const { request } = arrived;
  const startedMs = performance.now();
  const id = randomUUID();
  const path = rawPath(request.url);
  const visit: Visit = {
    ...arrived,
    path,
    id,
    log: needs.log.child({ request: id }),
    route: 'none',
  };
  const response = finished(await answerOf(visit, doors, needs), visit);
  const ms = performance.now() - startedMs;
  const { route } = visit;
  needs.metrics.requests.inc({ route, status: response.status });
  needs.metrics.requestSeconds.observe({ route }, ms / 1000);
  report(visit, response.status, ms);
  return response;
}

/** As long as the name of a group may be; what is asked for may be longer. */
const MAX_NAME = 255;

function report(visit: Visit, status: number, ms: number): void {
  const { route, problem } = visit;
  const { method } = visit.request;
  const group = visit.group?.slice(0, MAX_NAME);
  const key = visit.access?.key.name;
  const fields = { method, route, group, key, status, problem, ms: Math.round(ms * 10) / 10 };
  visit.log[levelOf(visit, status)](fields, 'request');
}

/**
 * Probes come every few seconds, so does an open page, and each agent comes twice a minute; none says anything while
 * all is well, but for a group's first profile.
 */
function levelOf(visit: Visit, status: number): 'debug' | 'info' | 'error' {
  if (status >= 500) return 'error';
  const { request, path, isRoutine } = visit;
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  return status < 400 && (isReading || isRoutine || isProbe(path)) ? 'debug' : 'info';
}

async function answerOf(visit: Visit, doors: readonly Door[], needs: Needs): Promise<Response> {
  const door = doors.find(({ owns }) => owns(visit.path));
  if (!door) throw new Error('The last door owns every path.');
  try {
    refuseForeign(visit.request, { isOpen: isOpen(needs) });
    if (needs.phase() === 'stopping' && door.name !== 'health') throw new Problem('stopping');
    const response = await door.answer(visit);
    // AWS clients are given bytes as they are.
    return door.name === 'aws' ? response : await compressed(visit.request, response);
  } catch (error) {
    if (isGone(visit, error)) return nobody(visit);
    visit.problem = error instanceof Problem ? error.code : 'internal-error';
    return door.refuse(error, visit);
  } finally {
    dropAhead(visit);
  }
}

/** Whoever asked has left, and what was done for them was stopped for that reason. */
const isGone = ({ request: { signal } }: Visit, error: unknown): boolean =>
  signal.aborted && error === signal.reason;

/** Nobody reads it; nginx made the status known for that in logs. */
function nobody(visit: Visit): Response {
  visit.problem = 'client-gone';
  return new Response(null, { status: 499 });
}

function finished(response: Response, { id }: Visit): Response {
  response.headers.set('x-request-id', id);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'no-referrer');
  response.headers.set('cross-origin-resource-policy', 'same-origin');
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
  return response;
}
