import { z } from 'zod';
import { answerJson, operation } from '../operation.ts';

export const getNotificationConfiguration = operation({
  name: 'GetNotificationConfiguration',
  method: 'GET',
  path: '/profilingGroups/{profilingGroupName}/notificationConfiguration',
  query: z.object({}),
  answer: async ({ needs, group }) => {
    const { id } = await group();
    const channels = await needs.catalog.channels.channels(id);
    return answerJson({ notificationConfiguration: { channels } });
  },
});
