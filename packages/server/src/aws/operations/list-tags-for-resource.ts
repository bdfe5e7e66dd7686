import { z } from 'zod';
import { answerJson, operation } from '../operation.ts';

export const listTagsForResource = operation({
  name: 'ListTagsForResource',
  method: 'GET',
  path: '/tags/{resourceArn}',
  query: z.object({}),
  answer: async ({ group }) => answerJson({ tags: (await group()).tags }),
});
