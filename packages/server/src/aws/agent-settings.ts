import type { GroupSettings } from '../storage/fleet.ts';

/** How one kind of agent profiles where the group says nothing. */
interface Kind {
  readonly periodSeconds: number;
  readonly samplingIntervalMs: number;
  /** It is never told to look oftener. */
  readonly finestMs: number;
}

/** What AWS tells its own agents. A tenth of it: they stop all threads to look, or hold Python's lock. */
const official: Kind = { periodSeconds: 300, samplingIntervalMs: 1000, finestMs: 100 };

/** Ten looks a second cost little (bench/README.md says how much), and a minute is what a person will wait. */
const nodejs: Kind = { periodSeconds: 60, samplingIntervalMs: 100, finestMs: 1 };

/**
 * A server at rest works a few milliseconds in a second, which sampling at 100 ms hardly ever meets. Ten times
 * as fine costs two per cent of that little, and a profile every 15 s keeps the first picture moving.
 */
const itself: Kind = { periodSeconds: 15, samplingIntervalMs: 10, finestMs: 1 };

/** By the beginning of the User-Agent. */
const kinds: readonly (readonly [prefix: string, kind: Kind])[] = [
  ['everflame-agent-nodejs/', nodejs],
];

interface Asking {
  readonly userAgent: string;
  /** The group in which this server profiles itself. */
  readonly isSelf: boolean;
}

function kindOf({ userAgent, isSelf }: Asking): Kind {
  const kind = kinds.find(([prefix]) => userAgent.startsWith(prefix))?.[1] ?? official;
  return isSelf && kind === nodejs ? itself : kind;
}

/** The part of an AgentConfiguration that says how to profile; without settings, AWS's own answer word for word. */
export function settingsFor(asking: Asking, settings: GroupSettings = {}) {
  const kind = kindOf(asking);
  const periodInSeconds = settings.periodSeconds ?? kind.periodSeconds;
  const periodMs = 1000 * periodInSeconds;
  const wishedMs = settings.samplingIntervalMs ?? kind.samplingIntervalMs;
  const intervalMs = Math.min(periodMs, Math.max(kind.finestMs, wishedMs));
  return {
    periodInSeconds,
    agentParameters: {
      MaxStackDepth: '1000',
      MinimumTimeForReportingInMilliseconds: String(minimumMs(periodMs)),
      SamplingIntervalInMilliseconds: String(intervalMs),
      MemoryUsageLimitPercent: String(limitPercent(periodInSeconds, intervalMs)),
      ReportingIntervalInMilliseconds: String(periodMs),
    },
  };
}

/**
 * What an agent is told of these settings. Ours has options of its own: it is told what its group or this server
 * wants, and what nobody wants is left to it. AWS's agents are told everything, as their service does.
 */
export function toldOf(
  asking: Asking,
  settings: GroupSettings,
): Partial<ReturnType<typeof settingsFor>> {
  const { periodInSeconds, agentParameters } = settingsFor(asking, settings);
  if (kindOf(asking) !== nodejs) return { periodInSeconds, agentParameters };
  const { samplingIntervalMs, periodSeconds } = settings;
  return {
    ...(periodSeconds === undefined ? {} : { periodInSeconds }),
    ...(samplingIntervalMs === undefined ? {} : { agentParameters }),
  };
}

/** The official agents discard an answer whose period is shorter than this, and profiles that are. */
const minimumMs = (periodMs: number): number => Math.min(60_000, Math.floor(periodMs / 3));

/**
 * The Python agent reads this as a limit of CPU, of one look against the interval and of a whole cycle against the
 * period, and ends for good above it. So what AWS allows a look and a cycle stays allowed where they come oftener.
 */
function limitPercent(periodSeconds: number, intervalMs: number): number {
  const oftener = Math.max(
    official.samplingIntervalMs / intervalMs,
    official.periodSeconds / periodSeconds,
  );
  return Math.ceil(Math.min(90, Math.max(10, 10 * oftener)));
}
