import { z } from 'zod';
import { answerJson, operation } from '../operation.ts';
import { policyAnswer } from '../policy-document.ts';

/** A group without a policy has neither a document nor a revision, and that is no error. */
export const getPolicy = operation({
  name: 'GetPolicy',
  method: 'GET',
  path: '/profilingGroups/{profilingGroupName}/policy',
  query: z.object({}),
  answer: async ({ visit, needs, group }) => {
    const found = await group();
    const policy = await needs.catalog.policies.policy(found.id);
    return answerJson(policy ? policyAnswer(found, policy, visit.request) : {});
  },
});
