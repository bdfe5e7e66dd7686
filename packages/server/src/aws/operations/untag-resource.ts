import { z } from 'zod';
import { unknownGroup } from '../../remove-group.ts';
import { noContent, operation } from '../operation.ts';

/** Keys that the group does not have are none to be removed. */
export const untagResource = operation({
  name: 'UntagResource',
  method: 'DELETE',
  path: '/tags/{resourceArn}',
  query: z.object({ tagKeys: z.array(z.string()) }),
  answer: async ({ needs, query, groupName }) => {
    const gone = new Set(query.tagKeys);
    const group = await needs.catalog.changeTags(groupName, (tags) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))),
    );
    if (!group) throw unknownGroup(groupName);
    return noContent();
  },
});
