import { z } from 'zod';
import { unknownGroup } from '../../remove-group.ts';
import { description } from '../description.ts';
import { answerJson, operation } from '../operation.ts';
import { OrchestrationConfig } from '../shapes.ts';

export const updateProfilingGroup = operation({
  name: 'UpdateProfilingGroup',
  method: 'PUT',
  path: '/profilingGroups/{profilingGroupName}',
  query: z.object({}),
  body: z.object({ agentOrchestrationConfig: OrchestrationConfig }),
  answer: async ({ visit, needs, groupName, body }) => {
    const group = await needs.catalog.updateGroup(groupName, body.agentOrchestrationConfig);
    if (!group) throw unknownGroup(groupName);
    return answerJson(await description(group, visit.request, needs));
  },
});
