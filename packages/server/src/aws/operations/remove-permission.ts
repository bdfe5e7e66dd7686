import { z } from 'zod';
import { answerJson, operation } from '../operation.ts';
import { policyAnswer } from '../policy-document.ts';
import { ActionGroup, Uuid } from '../shapes.ts';

export const removePermission = operation({
  name: 'RemovePermission',
  method: 'DELETE',
  path: '/profilingGroups/{profilingGroupName}/policy/{actionGroup}',
  query: z.object({ revisionId: Uuid }),
  labels: z.object({ actionGroup: ActionGroup }),
  answer: async ({ visit, needs, query, group }) => {
    const found = await group();
    const policy = await needs.catalog.policies.remove(found.id, query.revisionId);
    return answerJson(policyAnswer(found, policy, visit.request));
  },
});
