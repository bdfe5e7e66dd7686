import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { maxChannels } from '../../storage/channels.ts';
import { answerJson, operation } from '../operation.ts';
import { Channel } from '../shapes.ts';

export const addNotificationChannels = operation({
  name: 'AddNotificationChannels',
  method: 'POST',
  path: '/profilingGroups/{profilingGroupName}/notificationConfiguration',
  query: z.object({}),
  body: z.object({ channels: z.array(Channel).min(1).max(maxChannels) }),
  answer: async ({ needs, body, group }) => {
    const { id: groupId } = await group();
    const added = body.channels.map(({ id = randomUUID(), ...channel }) => ({ id, ...channel }));
    const channels = await needs.catalog.channels.add(groupId, added);
    return answerJson({ notificationConfiguration: { channels } });
  },
});
