import { z } from 'zod';
import { fewAtOnce } from '../../query/few-at-once.ts';
import { description } from '../description.ts';
import { answerJson, operation } from '../operation.ts';
import { groupToken, nameOfToken } from '../page-token.ts';
import { MaxResults, QueryBoolean, Token } from '../shapes.ts';

const PAGE = 100;

export const listProfilingGroups = operation({
  name: 'ListProfilingGroups',
  method: 'GET',
  path: '/profilingGroups',
  query: z.object({
    includeDescription: QueryBoolean.default(false),
    maxResults: MaxResults.default(PAGE),
    nextToken: Token.optional(),
  }),
  answer: async ({ visit, needs, query }) => {
    const { catalog } = needs;
    const { nextToken: token, maxResults: limit } = query;
    const within = visit.access?.key.groups;
    const after = token === undefined ? undefined : await nameOfToken(token, catalog, within);
    const { groups, next } = await catalog.groups({ after, limit, within });
    const nextToken = next === undefined ? undefined : groupToken(next);
    if (!query.includeDescription) {
      return answerJson({ profilingGroupNames: groups.map(({ name }) => name), nextToken });
    }
    // Each asks the store, and a thousand questions at once take a gigabyte.
    const few = fewAtOnce(4, groups.length);
    const profilingGroups = await Promise.all(
      groups.map((group) => few(() => description(group, visit.request, needs))),
    );
    // The names are required in the answer, even where descriptions stand for them.
    return answerJson({ profilingGroupNames: [], profilingGroups, nextToken });
  },
});
