import { ServerStatus } from '@everflame/api';
import { z } from 'zod';
import { json, type Route, route } from './route.ts';

const statusRoute = route({
  method: 'GET',
  path: '/api/v1/status',
  summary: 'Version, clock and storage of this server',
  query: z.object({}),
  answers: { 200: { description: 'The server', content: { 'application/json': ServerStatus } } },
  answer: async ({ needs }) => {
    const { version, selfGroup, store, now } = needs;
    return json({ version, nowMs: now(), selfGroup, storage: await store.usage() });
  },
});

export const statusRoutes: readonly Route[] = [statusRoute];
