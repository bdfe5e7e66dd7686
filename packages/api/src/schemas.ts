import { z } from 'zod';

/**
 * What crosses the wire between our own programs, under /api/v1. Times are epoch milliseconds in answers;
 * in query strings also ISO 8601 or relative to now (`-1h`, `-7d`). Shares lie between 0 and 1.
 */

export const GroupName = z
  .string()
  .regex(/^[\w-]+$/, 'A group name has letters (a–z, A–Z), digits, - and _ only.')
  .min(1)
  .max(255)
  .describe('Letters (a–z, A–Z), digits, - and _.');
export const ComputePlatform = z.enum(['Default', 'AWSLambda']);
export const TierName = z.enum(['PT5M', 'PT1H', 'P1D']);

/** Every error under /api/v1 (RFC 9457, application/problem+json). */
export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  requestId: z.string(),
});
export type ProblemBody = z.infer<typeof ProblemBody>;

/** reporting: a profile in the last 15 minutes. waiting: none ever. stale: none lately. paused: told not to profile. */
export const GroupStatus = z.enum(['reporting', 'waiting', 'stale', 'paused']);

export const GroupSummary = z.object({
  name: z.string(),
  computePlatform: ComputePlatform,
  profilingEnabled: z.boolean(),
  tags: z.record(z.string(), z.string()),
  createdMs: z.number(),
  status: GroupStatus,
  lastAgentMs: z.number().optional(),
  lastProfileMs: z.number().optional(),
  /** Instances that report still: the newest profile of each is about three periods old at most. */
  instances: z.int(),
  runtimes: z.array(z.string()),
  /**
   * Mean cores busy over the last hour, all instances together, one value per five minutes, oldest first; null where
   * nobody said. CPU seconds over the seconds that profiles cover, as in the facts of a group.
   */
  cpuCores: z.array(z.number().nullable()),
});
export type GroupSummary = z.infer<typeof GroupSummary>;

export const GroupList = z.object({
  groups: z.array(GroupSummary),
  next: z.string().optional(),
});
export type GroupList = z.infer<typeof GroupList>;

export const NewGroupBody = z.strictObject({
  name: GroupName,
  computePlatform: ComputePlatform.default('Default'),
  tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}),
});
export type NewGroupBody = z.input<typeof NewGroupBody>;

export const GroupChange = z.strictObject({ profilingEnabled: z.boolean() });
export type GroupChange = z.infer<typeof GroupChange>;

export const MeasureInfo = z.object({
  measure: z.string(),
  unit: z.enum(['ns', 'bytes', 'count']),
  temporality: z.enum(['delta', 'snapshot', 'cumulative']),
  states: z.array(z.object({ state: z.string(), total: z.number(), count: z.number() })),
});
export type MeasureInfo = z.infer<typeof MeasureInfo>;

/** Means over the range; absent where no agent said. */
export const GroupFacts = z.object({
  instances: z.int(),
  profiles: z.int(),
  /** Busy cores of all instances together: CPU seconds over the seconds that profiles cover. */
  cpuCores: z.number().optional(),
  /** Busy cores over available ones. */
  cpuUtilization: z.number().optional(),
  /** Wall time of garbage collection over the time that was profiled, mean over threads: a collection waits for CPU, too. */
  gcShareOfTime: z.number().optional(),
  heapUsedBytes: z.number().optional(),
  heapMaxBytes: z.number().optional(),
  rssBytes: z.number().optional(),
  eventLoopUtilization: z.number().optional(),
  eventLoopDelayP99Ms: z.number().optional(),
  /** Cores that the agent takes in one instance: 0.01 is one per cent of one core. */
  agentCores: z.number().optional(),
});
export type GroupFacts = z.infer<typeof GroupFacts>;

export const GroupDetail = GroupSummary.extend({
  fromMs: z.number(),
  toMs: z.number(),
  measures: z.array(MeasureInfo),
  labels: z.record(z.string(), z.array(z.string())),
  facts: GroupFacts,
});
export type GroupDetail = z.infer<typeof GroupDetail>;

export const Timeline = z.object({
  measure: z.string(),
  unit: z.enum(['ns', 'bytes', 'count']),
  tier: TierName,
  stepMs: z.number(),
  /** Starts of all buckets of the range, with or without data. */
  t: z.array(z.number()),
  /** Totals per bucket, one array per state, null where nothing was reported. */
  states: z.record(z.string(), z.array(z.number().nullable())),
  /** Raw observations per bucket. */
  count: z.array(z.number()),
  profiles: z.array(z.number()),
  /**
   * Milliseconds that profiles cover, mean over the instances of each bucket, 0 where there are none or nobody said how
   * long they took; for `cpu`, of those that said how much CPU they took. A total over it is busy cores. A profile belongs whole to the bucket of
   * its middle, so this passes the step where several long ones have theirs in one bucket, as their totals do.
   */
  coveredMs: z.array(z.number()),
});
export type Timeline = z.infer<typeof Timeline>;

export const FrameInfo = z.object({
  /** 16 hex digits. */
  id: z.string(),
  name: z.string(),
  file: z.string(),
  module: z.string(),
  runtime: z.string(),
});
export type FrameInfo = z.infer<typeof FrameInfo>;

export const Hotspots = z.object({
  measure: z.string(),
  unit: z.enum(['ns', 'bytes', 'count']),
  total: z.number(),
  /** Raw observations behind the total. */
  count: z.number(),
  /** Frames that fit the query; `rows` holds at most `limit` of them. */
  frames: z.int(),
  rows: z.array(
    z.object({
      frame: FrameInfo,
      self: z.number(),
      total: z.number(),
      /** 95 % interval (Wilson) of the self share and of the total share, from `count`. */
      selfShare: z.tuple([z.number(), z.number(), z.number()]),
      totalShare: z.tuple([z.number(), z.number(), z.number()]),
      /** Nodes of the tree that show the frame. */
      places: z.int(),
    }),
  ),
});
export type Hotspots = z.infer<typeof Hotspots>;

/** Columns of numbers beside `t`, one value for each of its buckets. */
export const FrameSeriesAnswer = z.object({
  measure: z.string(),
  unit: z.enum(['ns', 'bytes', 'count']),
  /** What was read: the tier asked for, or the next coarser one that still has the range. */
  tier: TierName,
  stepMs: z.number(),
  /** The range, widened to whole buckets. */
  fromMs: z.number(),
  toMs: z.number(),
  /** Starts of the buckets that hold profiles of the measure, oldest first. The others of the range are no zeros. */
  t: z.array(z.number()),
  /** Total of the group in the states asked for: shares of frames are taken of it. */
  whole: z.array(z.number()),
  /** In the order asked, or the heaviest first. Frames that share a name are summed. */
  frames: z.array(
    z.object({ name: z.string(), self: z.array(z.number()), total: z.array(z.number()) }),
  ),
});
export type FrameSeriesAnswer = z.infer<typeof FrameSeriesAnswer>;

export const FrameNames = z.strictObject({
  frames: z.array(z.string().min(1).max(10_000)).min(1).max(100),
});
export type FrameNames = z.infer<typeof FrameNames>;

export const SearchAnswer = z.object({
  /** Share of the total under a matching frame, nothing counted twice. */
  share: z.number(),
  frames: z.int(),
  nodes: z.int(),
  top: z.array(z.object({ frame: FrameInfo, total: z.number() })),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;

export const InstanceList = z.object({
  instances: z.array(
    z.object({
      instance: z.string(),
      agent: z.string(),
      agentVersion: z.string(),
      runtime: z.string(),
      profiles: z.int(),
      /** When the newest bucket that has a profile of it ended, at most now. */
      lastMs: z.number(),
      cpuCores: z.number().optional(),
      heapUsedBytes: z.number().optional(),
      rssBytes: z.number().optional(),
      agentCores: z.number().optional(),
      agentMemoryBytes: z.number().optional(),
      /** What went wrong in the agent, as far as it counts that. */
      agentErrors: z.number().optional(),
    }),
  ),
});
export type InstanceList = z.infer<typeof InstanceList>;

/**
 * How the agents of a group profile. What is left out is up to the kind of agent; an agent follows when it asks
 * next, once a period.
 */
export const GroupSettings = z
  .strictObject({
    /** False: agents go on asking, and do nothing else. */
    profilingEnabled: z.boolean(),
    /** AWS's own agents are never told less than 100, and no agent more than a period. */
    samplingIntervalMs: z.int().min(1).max(10_000).optional(),
    /** Of one profile. */
    periodSeconds: z.int().min(1).max(3600).optional(),
    /** So many instances profile at a time, in turn; all without it. */
    instances: z.int().min(1).max(100_000).optional(),
    /** How long a turn lasts; 900 without it. */
    turnSeconds: z.int().min(10).max(86_400).optional(),
  })
  .refine(({ turnSeconds, periodSeconds }) => (turnSeconds ?? 900) >= (periodSeconds ?? 1), {
    path: ['turnSeconds'],
    message: 'A turn lasts no shorter than a period, for agents ask once a period.',
  });
export type GroupSettings = z.infer<typeof GroupSettings>;

/**
 * Why an instance does not profile. paused: the group is. not-its-turn: others are to profile. asks-again: it was
 * told not to by settings that are no more, and has not asked since. silent: it has not asked for 15 minutes.
 * never-asked: its profiles come, but it does not ask what to do.
 */
export const AgentRest = z.enum(['paused', 'not-its-turn', 'asks-again', 'silent', 'never-asked']);

export const AgentList = z.object({
  /** By name. */
  agents: z.array(
    z.object({
      /** As it calls itself; empty for those who do not say, all together. */
      instance: z.string(),
      /** Its name and version, or the program that it speaks through. */
      agent: z.string(),
      /** When it asked for its orders last. */
      askedMs: z.number().optional(),
      /** When its last profile came. */
      reportedMs: z.number().optional(),
      /** What it was told when it asked last, unless it is silent. */
      isProfiling: z.boolean(),
      rests: AgentRest.optional(),
    }),
  ),
  /** There are more than were asked for. */
  isCut: z.boolean(),
});
export type AgentList = z.infer<typeof AgentList>;

export const ServerStatus = z.object({
  version: z.string(),
  nowMs: z.number(),
  /** The group in which the server profiles itself, if it does. */
  selfGroup: z.string().optional(),
  /**
   * Absolute path, on the server's machine, of the program that starts the agent inside an application: what
   * `node --import` takes. Absent where the server was installed without it. Told over loopback alone.
   */
  agentFile: z.string().optional(),
  storage: z.object({ bytes: z.number(), budgetBytes: z.number(), fileBytes: z.number() }),
});
export type ServerStatus = z.infer<typeof ServerStatus>;

/**
 * The `metadata` part of a multipart upload, and, as query parameters, what an upload of one bare file may say.
 * A profile that states its own times needs none here; these win where both are given, and one alone moves the
 * profile, which keeps its length. A file of unknown length has none, and no rates.
 */
export const UploadMetadata = z.strictObject({
  /** Makes a retry count once. */
  token: z.string().min(1).max(64).optional(),
  startMs: z.number().optional(),
  endMs: z.number().optional(),
  /**
   * Names as in OpenTelemetry's semantic conventions (service.version, service.instance.id, host.name …), short for
   * them (version, env, region, zone), or a few of the sender's own.
   */
  labels: z.record(z.string().min(1).max(128), z.string().max(1024)).default({}),
  agent: z.strictObject({ name: z.string().max(100), version: z.string().max(100) }).optional(),
  runtimeVersion: z.string().max(100).optional(),
  facts: z
    .strictObject({
      instanceType: z.string().max(100).optional(),
      vcpus: z.number().positive().max(100_000).optional(),
      cpuSeconds: z.number().nonnegative().optional(),
      gcSeconds: z.number().nonnegative().optional(),
      threads: z.number().nonnegative().optional(),
      heapUsedBytes: z.number().nonnegative().optional(),
      heapMaxBytes: z.number().nonnegative().optional(),
      rssBytes: z.number().nonnegative().optional(),
      eventLoopUtilization: z.number().min(0).max(1).optional(),
      eventLoopDelayP99Ms: z.number().nonnegative().optional(),
      agentOverheadSeconds: z.number().nonnegative().optional(),
    })
    .default({}),
});
export type UploadMetadata = z.input<typeof UploadMetadata>;

/** 201: durable. `duplicate`: the token was seen before, and nothing was counted again. */
export const UploadAnswer = z.object({
  group: z.string(),
  result: z.enum(['stored', 'duplicate']),
  fromMs: z.number(),
  toMs: z.number(),
  format: z.string(),
  nodes: z.int(),
  warnings: z.array(z.string()),
});
export type UploadAnswer = z.infer<typeof UploadAnswer>;

/** How times are written in query strings. */
export const timeForms =
  'Epoch milliseconds, ISO 8601, `now`, or a time before it such as `-1h` (s, m, h, d, w).';

/** Which part of a group's data a view shows; the query string of timeline, flame, hotspots, search and export. */
export const ViewQuery = z.object({
  measure: z
    .string()
    .min(1)
    .max(100)
    .default('cpu')
    .describe(
      'What is counted, such as `cpu`, `wall` or `alloc_space`: one of the measures of the group.',
    ),
  states: z
    .string()
    .max(100)
    .optional()
    .describe('Thread states such as `RUNNABLE,BLOCKED`, separated by commas; all without it.'),
  from: z.string().max(40).default('-1h').describe(`Where the range begins. ${timeForms}`),
  to: z.string().max(40).default('now').describe(`Where the range ends. ${timeForms}`),
  label: z
    .array(z.string().max(1200))
    .default([])
    .describe('`key:value`, repeatable; several values of one key are alternatives.'),
});
export type ViewQuery = z.input<typeof ViewQuery>;
