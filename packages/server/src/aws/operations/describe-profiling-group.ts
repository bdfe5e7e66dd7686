import { z } from 'zod';
import { description } from '../description.ts';
import { answerJson, operation } from '../operation.ts';

export const describeProfilingGroup = operation({
  name: 'DescribeProfilingGroup',
  method: 'GET',
  path: '/profilingGroups/{profilingGroupName}',
  query: z.object({}),
  answer: async ({ visit, needs, group }) =>
    answerJson(await description(await group(), visit.request, needs)),
});
