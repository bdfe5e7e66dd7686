import { Problem } from '@everflame/model';
import { z } from 'zod';
import { settingsFor } from '../agent-settings.ts';
import { answerJson, operation } from '../operation.ts';

/** Word for word what the service answers, with its two spaces. The other way round it lets agents be. */
const notOnLambda =
  'Profiling group is configured for AWS Lambda compute platform, whereas CodeGuru Profiler agent  is not running on AWS Lambda. ' +
  "Please refer to CodeGuru Profiler's documentation to learn more.";

export const configureAgent = operation({
  name: 'ConfigureAgent',
  method: 'POST',
  path: '/profilingGroups/{profilingGroupName}/configureAgent',
  query: z.object({}),
  body: z.object({
    fleetInstanceId: z.string().min(1).max(255).optional(),
    // Agents newer than the service model send keys that it does not list.
    metadata: z.record(z.string().max(255), z.string().max(2048)).optional(),
  }),
  answer: async ({ visit, needs, body, group }) => {
    const { id, name, profilingEnabled, computePlatform } = await group();
    const isOnLambda = body.metadata?.ComputePlatform === 'AWSLambda';
    if (computePlatform === 'AWSLambda' && !isOnLambda) {
      throw new Problem('invalid-parameter', notOnLambda);
    }
    const nowMs = needs.now();
    needs.catalog.noteAgentSeen(id, nowMs);
    if (body.fleetInstanceId) needs.agents.note(`${id} ${body.fleetInstanceId}`, nowMs);
    const userAgent = visit.request.headers.get('user-agent') ?? '';
    const settings = settingsFor(userAgent, name === needs.selfGroup);
    return answerJson({ ...settings, shouldProfile: profilingEnabled });
  },
});
