import { z } from 'zod';
import { acceptType } from '../../ingest/accept-type.ts';
import { ingest } from '../../ingest/ingest.ts';
import { noContent, operation } from '../operation.ts';
import { Token } from '../shapes.ts';

export const postAgentProfile = operation({
  name: 'PostAgentProfile',
  method: 'POST',
  path: '/profilingGroups/{profilingGroupName}/agentProfile',
  isUpload: true,
  query: z.object({ profileToken: Token.optional() }),
  answer: async ({ visit, needs, query, group }) => {
    acceptType(visit.request.headers.get('content-type') ?? '');
    const found = await group();
    const metadata = { token: query.profileToken, labels: {}, facts: {} };
    await ingest(visit, found, { metadata, hints: {} }, needs);
    return noContent();
  },
});
