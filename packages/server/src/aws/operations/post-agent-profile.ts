import { z } from 'zod';
import type { Visit } from '../../door.ts';
import { acceptType } from '../../ingest/accept-type.ts';
import { ingest } from '../../ingest/ingest.ts';
import type { Needs } from '../../needs.ts';
import type { Group } from '../../storage/catalog.ts';
import { settingsFor } from '../agent-settings.ts';
import { noContent, operation } from '../operation.ts';
import { Token } from '../shapes.ts';

export const postAgentProfile = operation({
  name: 'PostAgentProfile',
  method: 'POST',
  path: '/profilingGroups/{profilingGroupName}/agentProfile',
  right: 'report',
  isUpload: true,
  query: z.object({ profileToken: Token.optional() }),
  answer: async ({ visit, needs, query, group }) => {
    acceptType(visit.request.headers.get('content-type') ?? '');
    const found = await group();
    const metadata = { token: query.profileToken, labels: {}, facts: {} };
    const hints = { sampleRateHz: await toldRateHz(visit, found, needs) };
    await ingest(visit, found, { metadata, hints }, needs);
    return noContent();
  },
});

/**
 * Looks a second, as ConfigureAgent told this kind of agent. It counts where the rate that an agent claims to have achieved
 * cannot be believed: all but the first profile of the official Python agent's process repeat the claim of that one.
 */
async function toldRateHz(visit: Visit, { id, name }: Group, needs: Needs): Promise<number> {
  const userAgent = visit.request.headers.get('user-agent') ?? '';
  const settings = await needs.catalog.fleet.settings(id);
  const { agentParameters } = settingsFor(
    { userAgent, isSelf: name === needs.selfGroup },
    settings,
  );
  return 1000 / Number(agentParameters.SamplingIntervalInMilliseconds);
}
