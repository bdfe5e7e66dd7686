import { z } from 'zod';
import { unknownGroup } from '../../remove-group.ts';
import { checked } from '../checked.ts';
import { noContent, operation } from '../operation.ts';
import { Tags } from '../shapes.ts';

const Body = z.object({ tags: Tags });

export const tagResource = operation({
  name: 'TagResource',
  method: 'POST',
  path: '/tags/{resourceArn}',
  query: z.object({}),
  body: Body,
  answer: async ({ needs, body, groupName }) => {
    // All tags together are bounded as those of one request are.
    const merged = (tags: object) => checked(Body, { tags: { ...tags, ...body.tags } }).tags;
    const group = await needs.catalog.changeTags(groupName, merged);
    if (!group) throw unknownGroup(groupName);
    return noContent();
  },
});
