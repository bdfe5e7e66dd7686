import { Problem } from '@everflame/model';
import type { Door, Visit } from '../door.ts';
import { matchPath } from '../match-path.ts';
import type { Needs } from '../needs.ts';
import { awsError } from './errors.ts';
import { operations } from './operations.ts';

const roots = ['/profilingGroups', '/internal', '/tags'];

/** The API of Amazon CodeGuru Profiler (restJson1, 2019-07-18), for its SDKs and agents. */
export function awsDoor(needs: Needs): Door {
  let isSignatureNoted = false;
  return {
    name: 'aws',
    owns: (path) => roots.some((root) => path === root || path.startsWith(`${root}/`)),
    answer: async (visit) => {
      if (!isSignatureNoted && visit.request.headers.has('authorization')) {
        isSignatureNoted = true;
        needs.log.warn('signatures of AWS requests are not verified; only loopback is served');
      }
      return withRequestId(await answer(visit, needs), visit);
    },
    refuse: (error, visit) => withRequestId(awsError(error, visit), visit),
  };
}

async function answer(visit: Visit, needs: Needs): Promise<Response> {
  const method = visit.request.method === 'HEAD' ? 'GET' : visit.request.method;
  for (const operation of operations) {
    if (operation.method !== method) continue;
    const parameters = matchPath(operation.path, visit.path);
    if (!parameters) continue;
    visit.route = operation.name;
    needs.throttle.take(operation.isUpload ? 'uploads' : 'others', visit);
    return await operation.answer({ visit, needs }, parameters);
  }
  visit.route = 'unknown-operation';
  throw new Problem('no-such-address', `${method} ${visit.path} is no operation of this service.`);
}

function withRequestId(response: Response, { id }: Visit): Response {
  response.headers.set('x-amzn-requestid', id);
  return response;
}
