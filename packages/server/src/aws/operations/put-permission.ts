import { z } from 'zod';
import { answerJson, operation } from '../operation.ts';
import { policyAnswer } from '../policy-document.ts';
import { ActionGroup, Principals, Uuid } from '../shapes.ts';

/** Names all who may report, in place of those who were named before. */
export const putPermission = operation({
  name: 'PutPermission',
  method: 'PUT',
  path: '/profilingGroups/{profilingGroupName}/policy/{actionGroup}',
  query: z.object({}),
  labels: z.object({ actionGroup: ActionGroup }),
  body: z.object({ principals: Principals, revisionId: Uuid.optional() }),
  answer: async ({ visit, needs, body, group }) => {
    const found = await group();
    const principals = [...new Set(body.principals)];
    const policy = await needs.catalog.policies.put(found.id, principals, body.revisionId);
    return answerJson(policyAnswer(found, policy, visit.request));
  },
});
