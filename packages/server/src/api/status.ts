import { ServerStatus } from '@everflame/api';
import { z } from 'zod';
import { isLoopback } from '../guard.ts';
import { json, type Route, route } from './route.ts';

const statusRoute = route({
  method: 'GET',
  path: '/api/v1/status',
  summary: 'Version, clock and storage of this server',
  query: z.object({}),
  answers: { 200: { description: 'The server', content: { 'application/json': ServerStatus } } },
  answer: async ({ visit, needs }) => {
    const { version, selfGroup, store, now } = needs;
    // Where files lie is nobody's business on another machine.
    const isLocal = !needs.isExposed && isLoopback(new URL(visit.request.url).hostname);
    const agentFile = isLocal ? needs.agentFile : undefined;
    return json({ version, nowMs: now(), selfGroup, agentFile, storage: await store.usage() });
  },
});

export const statusRoutes: readonly Route[] = [statusRoute];
