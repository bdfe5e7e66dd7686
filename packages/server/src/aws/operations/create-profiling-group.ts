import { z } from 'zod';
import { refuseOtherGroup } from '../../auth/access.ts';
import { description } from '../description.ts';
import { answerJson, operation } from '../operation.ts';
import { OrchestrationConfig, ProfilingGroupName, Tags, Token } from '../shapes.ts';

export const createProfilingGroup = operation({
  name: 'CreateProfilingGroup',
  method: 'POST',
  path: '/profilingGroups',
  right: 'report',
  query: z.object({ clientToken: Token }),
  body: z.object({
    profilingGroupName: ProfilingGroupName,
    computePlatform: z.enum(['Default', 'AWSLambda']).default('Default'),
    agentOrchestrationConfig: OrchestrationConfig.default({ profilingEnabled: true }),
    tags: Tags.default({}),
  }),
  answer: async ({ visit, needs, query, body }) => {
    visit.group = body.profilingGroupName;
    refuseOtherGroup(visit, body.profilingGroupName);
    const group = await needs.catalog.createGroup({
      name: body.profilingGroupName,
      computePlatform: body.computePlatform,
      profilingEnabled: body.agentOrchestrationConfig.profilingEnabled,
      tags: body.tags,
      clientToken: query.clientToken,
    });
    return answerJson(await description(group, visit.request, needs), 201);
  },
});
