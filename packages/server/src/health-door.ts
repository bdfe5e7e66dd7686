import { problemResponse, refusal } from './answer-problem.ts';
import { admit } from './auth/admit.ts';
import type { Door, Visit } from './door.ts';
import type { Needs } from './needs.ts';

/** As long as the help of the metric says. */
const AGENTS_MS = 15 * 60_000;

const paths: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

export const isProbe = (path: string): boolean => paths.has(path);

/** For orchestrators and Prometheus. */
export function healthDoor(needs: Needs): Door {
  return {
    name: 'health',
    owns: isProbe,
    answer: (visit) => answer(visit, needs),
    refuse: (error, visit) => problemResponse(error, visit.id, visit.log),
  };
}

async function answer(visit: Visit, needs: Needs): Promise<Response> {
  visit.route = visit.path;
  switch (visit.path) {
    case '/metrics':
      await admit(visit, needs, { right: 'read', refusal });
      return metrics(needs);
    case '/readyz':
      return readiness(needs);
    default:
      return text('alive\n', 200);
  }
}

/** Ready means: an upload that arrives now will be stored. */
function readiness({ phase, writer }: Needs): Response {
  const now = phase();
  if (now !== 'ready') return text(`${now}\n`, 503);
  return writer.isHealthy ? text('ready\n', 200) : text('the last write failed\n', 503);
}

async function metrics({
  metrics,
  catalog,
  now,
  decoder,
  writer,
  store,
}: Needs): Promise<Response> {
  const { queued, storeBytes, registry } = metrics;
  queued.set({ stage: 'decoder' }, decoder.waiting);
  queued.set({ stage: 'writer' }, writer.waiting);
  metrics.agents.set(await catalog.fleet.asking(now() - AGENTS_MS));
  const usage = await store.usage();
  storeBytes.set({ kind: 'live' }, usage.bytes);
  storeBytes.set({ kind: 'files' }, usage.fileBytes);
  storeBytes.set({ kind: 'budget' }, usage.budgetBytes);
  return new Response(await registry.metrics(), {
    headers: { 'content-type': registry.contentType },
  });
}

const text = (body: string, status: number): Response =>
  new Response(body, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
