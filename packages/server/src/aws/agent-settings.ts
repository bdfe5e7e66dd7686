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

/** Our agent's cost at 100 ms cannot be told from noise, and a minute is what a person will wait. */
const nodejs: AgentSettings = {
  periodInSeconds: 60,
  agentParameters: {
    ...official.agentParameters,
    SamplingIntervalInMilliseconds: '100',
    ReportingIntervalInMilliseconds: '60000',
  },
};

/** By the beginning of the User-Agent. */
const kinds: readonly (readonly [prefix: string, settings: AgentSettings])[] = [
  ['everflame-agent-nodejs/', nodejs],
];

export const settingsFor = (userAgent: string): AgentSettings =>
  kinds.find(([prefix]) => userAgent.startsWith(prefix))?.[1] ?? official;
