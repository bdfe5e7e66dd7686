import { z } from 'zod';
import { noContent, operation } from '../operation.ts';
import { Uuid } from '../shapes.ts';

export const submitFeedback = operation({
  name: 'SubmitFeedback',
  method: 'POST',
  path: '/internal/profilingGroups/{profilingGroupName}/anomalies/{anomalyInstanceId}/feedback',
  query: z.object({}),
  labels: z.object({ anomalyInstanceId: Uuid }),
  body: z.object({ type: z.enum(['Positive', 'Negative']), comment: z.string().optional() }),
  answer: async ({ needs, labels, body, group }) => {
    const { id } = await group();
    await needs.catalog.findings.giveFeedback(id, labels.anomalyInstanceId, body);
    return noContent();
  },
});
