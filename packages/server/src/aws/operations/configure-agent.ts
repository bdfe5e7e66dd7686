import { Problem } from '@everflame/model';
import { z } from 'zod';
import { settingsFor, toldOf } from '../agent-settings.ts';
import { answerJson, operation } from '../operation.ts';

/**
 * Word for word what the service answers, with its two spaces. The other way round it lets agents be: those for
 * Lambda find out for themselves where they run.
 */
const notOnLambda =
  'Profiling group is configured for AWS Lambda compute platform, whereas CodeGuru Profiler agent  is not running on AWS Lambda. ' +
  "Please refer to CodeGuru Profiler's documentation to learn more.";

const Body = z.object({
  fleetInstanceId: z.string().min(1).max(255).optional(),
  // Agents newer than the service model send keys that it does not list.
  metadata: z.record(z.string().max(255), z.string().max(2048)).optional(),
});
type Body = z.output<typeof Body>;

export const configureAgent = operation({
  name: 'ConfigureAgent',
  method: 'POST',
  path: '/profilingGroups/{profilingGroupName}/configureAgent',
  right: 'report',
  query: z.object({}),
  body: Body,
  answer: async ({ visit, needs, body, group }) => {
    visit.isRoutine = true;
    const { id, name, profilingEnabled, computePlatform } = await group();
    if (computePlatform === 'AWSLambda' && !isOnLambda(body)) {
      throw new Problem('invalid-parameter', notOnLambda);
    }
    const nowMs = needs.now();
    const { catalog, turns } = needs;
    const userAgent = visit.request.headers.get('user-agent') ?? '';
    const settings = await catalog.fleet.settings(id);
    const asking = { userAgent, isSelf: name === needs.selfGroup };
    const instance = instanceOf(body);
    const periodMs = 1000 * settingsFor(asking, settings).periodInSeconds;
    const isItsTurn = await turns.mayProfile({ group: id, instance, settings, nowMs, periodMs });
    const shouldProfile = profilingEnabled && isItsTurn;
    catalog.noteAgentSeen(id, nowMs);
    catalog.fleet.note(id, {
      instance,
      agent: userAgent,
      askedMs: nowMs,
      isProfiling: shouldProfile,
    });
    return answerJson({ ...toldOf(asking, settings), shouldProfile });
  },
});

const isOnLambda = ({ metadata }: Body): boolean => metadata?.ComputePlatform === 'AWSLambda';

/**
 * A function is one instance however many machines run it for however short a time. Those who do not say who they
 * are count as one as well, and take their turns together.
 */
function instanceOf(body: Body): string {
  const functionArn = isOnLambda(body) ? body.metadata?.LambdaFunctionArn : undefined;
  return functionArn || body.fleetInstanceId || '';
}
