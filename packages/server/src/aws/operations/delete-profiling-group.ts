import { z } from 'zod';
import { removeGroup } from '../../remove-group.ts';
import { noContent, operation } from '../operation.ts';

export const deleteProfilingGroup = operation({
  name: 'DeleteProfilingGroup',
  method: 'DELETE',
  path: '/profilingGroups/{profilingGroupName}',
  query: z.object({}),
  answer: async ({ needs, groupName }) => {
    await removeGroup(groupName, needs);
    return noContent();
  },
});
