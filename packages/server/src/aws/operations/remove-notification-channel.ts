import { z } from 'zod';
import { answerJson, operation } from '../operation.ts';
import { Uuid } from '../shapes.ts';

export const removeNotificationChannel = operation({
  name: 'RemoveNotificationChannel',
  method: 'DELETE',
  path: '/profilingGroups/{profilingGroupName}/notificationConfiguration/{channelId}',
  query: z.object({}),
  labels: z.object({ channelId: Uuid }),
  answer: async ({ needs, labels, group }) => {
    const { id } = await group();
    const channels = await needs.catalog.channels.remove(id, labels.channelId);
    return answerJson({ notificationConfiguration: { channels } });
  },
});
