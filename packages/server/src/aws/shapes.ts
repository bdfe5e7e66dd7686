import { z } from 'zod';

/** Constraints of the service model (`codeguruprofiler` 2019-07-18). */

export const ProfilingGroupName = z
  .string()
  .regex(/^[\w-]+$/, 'profilingGroupName must match [\\w-]+')
  .min(1)
  .max(255);

/** A clientToken or a nextToken, theirs and ours: clients check it as well. */
export const Token = z
  .string()
  .regex(/^[\w-]+$/)
  .min(1)
  .max(64);

export const MaxResults = z.coerce.number().int().min(1).max(1000);

export const OrchestrationConfig = z.object({ profilingEnabled: z.boolean() });

export const Tags = z.record(z.string().min(1).max(128), z.string().max(256));

export const AggregationPeriod = z.enum(['PT5M', 'PT1H', 'P1D']);

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** Epoch milliseconds of an RFC 3339 time with any fraction; botocore sends microseconds. */
export const Timestamp = z
  .string()
  .regex(rfc3339, 'must be an RFC 3339 time')
  .transform((text, context) => {
    const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
    if (Number.isFinite(ms)) return ms;
    context.addIssue({ code: 'custom', message: 'is not a time' });
    return z.NEVER;
  });

const duration = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const unitMs = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000];

/** Milliseconds of an ISO 8601 duration such as `P1DT1H1M1S`. */
export const Period = z
  .string()
  .min(1)
  .max(64)
  .transform((text, context) => {
    const parts = duration.exec(text)?.slice(1) ?? [];
    const ms = parts.reduce(
      (sum, part, index) => sum + Number(part ?? 0) * (unitMs[index] ?? 0),
      0,
    );
    if (ms > 0) return ms;
    context.addIssue({ code: 'custom', message: 'must be an ISO 8601 duration' });
    return z.NEVER;
  });
