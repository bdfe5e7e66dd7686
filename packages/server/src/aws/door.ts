import { Problem } from '@everflame/model';
import { admit, isOpen, userArn, type Wanted } from '../auth/admit.ts';
import type { Door, Visit } from '../door.ts';
import { matchPath } from '../match-path.ts';
import type { Needs } from '../needs.ts';
import { arnOf, regionOf } from './description.ts';
import { awsError } from './errors.ts';
import { groupNameOf, type Operation, type Parameters } from './operation.ts';
import { operations } from './operations.ts';

const roots = ['/profilingGroups', '/internal', '/tags'];

/** The API of Amazon CodeGuru Profiler (restJson1, 2019-07-18), for its SDKs and agents. */
export function awsDoor(needs: Needs): Door {
  let isSignatureNoted = false;
  return {
    name: 'aws',
    owns: (path) => roots.some((root) => path === root || path.startsWith(`${root}/`)),
    answer: async (visit) => {
      if (!isSignatureNoted && isOpen(needs) && visit.request.headers.has('authorization')) {
        isSignatureNoted = true;
        needs.log.warn('signatures of AWS requests are not verified: there is no access key yet');
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
    await admit(visit, needs, wantedBy(operation, parameters, visit));
    return await operation.answer({ visit, needs }, parameters);
  }
  visit.route = 'unknown-operation';
  throw new Problem('no-such-address', `${method} ${visit.path} is no operation of this service.`);
}

/** Names are part of the sentence by which people know that a policy is missing. */
function wantedBy(
  { name, right, isUpload }: Operation,
  parameters: Parameters,
  { request }: Visit,
): Wanted {
  const region = regionOf(request);
  return {
    right,
    group: groupNameOf(parameters) || undefined,
    isUpload,
    refusal: (key, group) =>
      `User: ${userArn(key)} is not authorized to perform: codeguru-profiler:${name} on resource: ${
        group === undefined ? '*' : arnOf(group, region)
      }`,
  };
}

function withRequestId(response: Response, { id }: Visit): Response {
  response.headers.set('x-amzn-requestid', id);
  return response;
}
