import { Problem } from '@everflame/model';
import { z } from 'zod';
import { problemResponse, refusal } from '../answer-problem.ts';
import { admit } from '../auth/admit.ts';
import type { Door, Visit } from '../door.ts';
import { matchPath } from '../match-path.ts';
import type { Needs } from '../needs.ts';
import { unknownGroup } from '../remove-group.ts';
import { fleetRoutes } from './fleet.ts';
import { frameRoutes } from './frames.ts';
import { groupRoutes } from './groups.ts';
import { keyRoutes } from './keys.ts';
import { openApi } from './openapi.ts';
import { profileRoutes } from './profiles.ts';
import { json, type Route, route } from './route.ts';
import { statusRoutes } from './status.ts';
import { viewRoutes } from './views.ts';

const openApiRoute = route({
  method: 'GET',
  path: '/api/v1/openapi.json',
  summary: 'This description',
  query: z.object({}),
  answers: {
    200: { description: 'OpenAPI 3.1', content: { 'application/json': z.looseObject({}) } },
  },
  answer: async ({ needs }) => json(openApi(routes, needs.version)),
});

export const routes: readonly Route[] = [
  ...statusRoutes,
  openApiRoute,
  ...groupRoutes,
  ...fleetRoutes,
  ...viewRoutes,
  ...frameRoutes,
  ...profileRoutes,
  ...keyRoutes,
];

/** /api/v1: for our own page, agent and command line, and for scripts. */
export function apiDoor(needs: Needs): Door {
  return {
    name: 'api',
    owns: (path) => path === '/api' || path.startsWith('/api/'),
    answer: (visit) => answer(visit, needs),
    refuse: (error, visit) => problemResponse(error, visit.id, visit.log),
  };
}

async function answer(visit: Visit, needs: Needs): Promise<Response> {
  const here = routes.flatMap((route) => {
    const parameters = matchPath(route.path, visit.path);
    return parameters ? [{ route, parameters }] : [];
  });
  const [first] = here;
  if (!first) throw new Problem('no-such-address', `There is nothing at ${visit.path}.`);
  const method = visit.request.method === 'HEAD' ? 'GET' : visit.request.method;
  const match = here.find(({ route }) => route.method === method);
  visit.route = first.route.path;
  if (!match) {
    const methods = here.map(({ route }) => route.method).join(', ');
    throw new Problem('method-not-allowed', `${first.route.path} answers ${methods}.`);
  }
  const { route, parameters } = match;
  const name = parameters.group;
  if (name !== undefined) visit.group = name;
  needs.throttle.take(route.isUpload ? 'uploads' : 'others', visit);
  await admit(visit, needs, { ...route, group: name, refusal });
  const group = async () => {
    const found = await needs.catalog.group(name ?? '');
    if (!found) throw unknownGroup(name ?? '');
    return found;
  };
  return await route.answer({ visit, needs, parameters, group });
}
