/** How long and how fine one kind of agent profiles, unless told otherwise. */
interface AgentSettings {
  readonly periodInSeconds: number;
  readonly agentParameters: Readonly<Record<string, string>>;
}

/**
 * What AWS answers its own agents. They give up for good when over MemoryUsageLimitPercent, which they
 * read as a limit of CPU, and discard an answer whose period is below the minimum.
 */
const official: AgentSettings = {
  periodInSeconds: 300,
  agentParameters: {
    MaxStackDepth: '1000',
    MinimumTimeForReportingInMilliseconds: '60000',
    SamplingIntervalInMilliseconds: '1000',
    MemoryUsageLimitPercent: '10',
    ReportingIntervalInMilliseconds: '300000',
  },
};

/** Ten looks a second cost little (bench/README.md says how much), and a minute is what a person will wait. */
const nodejs: AgentSettings = {
  periodInSeconds: 60,
  agentParameters: {
    ...official.agentParameters,
    SamplingIntervalInMilliseconds: '100',
    ReportingIntervalInMilliseconds: '60000',
  },
};

/**
 * A server at rest works a few milliseconds in a second, which sampling at 100 ms hardly ever meets. Ten times
 * as fine costs two per cent of that little, and a profile every 15 s keeps the first picture moving.
 */
const itself: AgentSettings = {
  periodInSeconds: 15,
  agentParameters: {
    ...nodejs.agentParameters,
    MinimumTimeForReportingInMilliseconds: '10000',
    SamplingIntervalInMilliseconds: '10',
    ReportingIntervalInMilliseconds: '15000',
  },
};

/** By the beginning of the User-Agent. */
const kinds: readonly (readonly [prefix: string, settings: AgentSettings])[] = [
  ['everflame-agent-nodejs/', nodejs],
];

/** `isSelf`: the group in which this server profiles itself. */
export function settingsFor(userAgent: string, isSelf: boolean): AgentSettings {
  const settings = kinds.find(([prefix]) => userAgent.startsWith(prefix))?.[1] ?? official;
  return isSelf && settings === nodejs ? itself : settings;
}
