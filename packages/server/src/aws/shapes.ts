import { z } from 'zod';

/** Constraints of the service model (`codeguruprofiler` 2019-07-18). */

export const ProfilingGroupName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\w-]+$/);

/** A clientToken or a nextToken, theirs and ours: clients check it as well. */
export const Token = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w-]+$/);

/** A channelId, revisionId or anomalyInstanceId. */
export const Uuid = z
  .string()
  .regex(/^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/);

export const ActionGroup = z.enum(['agentPermissions']);

/** Of a query string, where all values are text. */
export const integerBetween = (least: number, most: number) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));

export const MaxResults = integerBetween(1, 1000);

export const QueryBoolean = z.enum(['true', 'false']).transform((text) => text === 'true');

export const OrchestrationConfig = z.object({ profilingEnabled: z.boolean() });

const MAX_TAGS = 50;

/** The model leaves tags open; these limits are those of AWS's resource providers. */
export const Tags = z
  .record(
    z
      .string()
      .min(1)
      .max(128)
      .regex(/^(?!aws:)/i),
    z.string().max(256),
  )
  .refine(
    (tags) => Object.keys(tags).length <= MAX_TAGS,
    `A resource has at most ${MAX_TAGS} tags`,
  );

/** ARNs of users and roles; wildcards are not supported in them. */
export const Principals = z
  .array(
    z
      .string()
      .max(2048)
      .regex(/^[^*?\s]+$/),
  )
  .min(1)
  .max(50);

export const Channel = z.object({
  id: Uuid.optional(),
  uri: z.string().min(1).max(2048),
  eventPublishers: z.array(z.enum(['AnomalyDetection'])).length(1),
});

/** The name of the group that an ARN speaks of, in whatever partition, region and account. */
export const ResourceArn = z
  .string()
  .regex(/^arn:[\w-]*:codeguru-profiler:[\w-]*:\d*:profilingGroup\/[\w-]{1,255}$/)
  .transform((arn) => arn.slice(arn.indexOf('/') + 1));

export const AggregationPeriod = z.enum(['PT5M', 'PT1H', 'P1D']);

export const Locale = z.enum([
  ...(['de-DE', 'en-GB', 'en-US', 'es-ES', 'fr-FR', 'it-IT'] as const),
  ...(['ja-JP', 'ko-KR', 'pt-BR', 'zh-CN', 'zh-TW'] as const),
]);

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** In UTC, too: clients cannot read other years in an answer. */
const firstMs = Date.parse('0001-01-01T00:00:00Z');
const endMs = Date.parse('+010000-01-01T00:00:00Z');

/** JavaScript takes February 30 for March 1 or 2. */
const isDay = (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);

/** Epoch milliseconds of an RFC 3339 time with any fraction; botocore sends microseconds. */
export const Timestamp = z
  .string()
  .regex(rfc3339, 'must be an RFC 3339 time')
  .transform((text, context) => {
    const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
    if (ms >= firstMs && ms < endMs && isDay(text.slice(0, 10))) return ms;
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
