import { type LogLevel, logLevels } from './log.ts';
import type { AgentOptions } from './settings.ts';

/** What `start.ts` is told, as options. Numbers that are none are left to `settingsFrom` to refuse. */
export function optionsFrom(
  environment: Readonly<Record<string, string | undefined>>,
): AgentOptions {
  const value = (name: string) => environment[`EVERFLAME_${name}`] || undefined;
  const number = (name: string) => {
    const text = value(name);
    return text === undefined ? undefined : Number(text);
  };
  const log = value('LOG');
  return {
    enabled: !['false', '0', 'no', 'off'].includes((value('ENABLED') ?? '').toLowerCase()),
    server: value('SERVER'),
    group: value('GROUP'),
    instance: value('INSTANCE'),
    serviceVersion: value('SERVICE_VERSION'),
    labels: labelsFrom(value('LABELS') ?? ''),
    token: value('TOKEN'),
    log: isLogLevel(log) ? log : undefined,
    bufferFolder: value('BUFFER_DIR'),
    bufferBytes: number('BUFFER_BYTES'),
    killFile: value('KILL_FILE'),
    samplingIntervalMs: number('SAMPLING_INTERVAL_MS'),
    periodSeconds: number('PERIOD_SECONDS'),
    heapIntervalBytes: number('HEAP_INTERVAL_BYTES'),
  };
}

const isLogLevel = (text: string | undefined): text is LogLevel =>
  (logLevels as readonly (string | undefined)[]).includes(text);

/** `key=value,key=value`. The value may hold `=`; what has no key is passed over. */
function labelsFrom(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) labels[pair.slice(0, at).trim()] = pair.slice(at + 1).trim();
  }
  return labels;
}
