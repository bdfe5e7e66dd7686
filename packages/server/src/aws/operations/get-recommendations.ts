import { z } from 'zod';
import type { Anomaly, Recommendation } from '../../storage/findings.ts';
import { iso } from '../description.ts';
import { answerJson, operation } from '../operation.ts';
import { Locale, Timestamp } from '../shapes.ts';
import { rangeBetween } from '../time-range.ts';

/** Any locale of the model may be asked for; what was found is told in one language. */
export const getRecommendations = operation({
  name: 'GetRecommendations',
  method: 'GET',
  path: '/internal/profilingGroups/{profilingGroupName}/recommendations',
  query: z.object({ startTime: Timestamp, endTime: Timestamp, locale: Locale.optional() }),
  answer: async ({ needs, query, group }) => {
    const { findings } = needs.catalog;
    const range = rangeBetween(query.startTime, query.endTime);
    const { id, name } = await group();
    const recommendations = await findings.recommendations(id, range);
    const anomalies = await findings.anomalies(id, range);
    return answerJson({
      profilingGroupName: name,
      profileStartTime: iso(range.fromMs),
      profileEndTime: iso(range.toMs),
      recommendations: recommendations.map(recommendationShape),
      anomalies: anomalies.map(anomalyShape),
    });
  },
});

const recommendationShape = ({ fromMs, toMs, ...found }: Recommendation): object => ({
  ...found,
  startTime: iso(fromMs),
  endTime: iso(toMs),
});

const anomalyShape = ({ reason, frame, states, instances }: Anomaly): object => ({
  reason,
  metric: { frameName: frame, type: 'AggregatedRelativeTotalTime', threadStates: states },
  instances: instances.map(({ id, fromMs, toMs, feedback }) => ({
    id,
    startTime: iso(fromMs),
    endTime: iso(toMs),
    userFeedback: feedback && { type: feedback.type },
  })),
});
