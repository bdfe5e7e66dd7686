import { type LogLevel, logLevels } from './log.ts';
import type { AgentOptions } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable of each option. */
export const variables = {
  enabled: 'EVERFLAME_ENABLED',
  server: 'EVERFLAME_SERVER',
  group: 'EVERFLAME_GROUP',
  instance: 'EVERFLAME_INSTANCE',
  serviceVersion: 'EVERFLAME_SERVICE_VERSION',
  labels: 'EVERFLAME_LABELS',
  token: 'EVERFLAME_TOKEN',
  log: 'EVERFLAME_LOG',
  bufferFolder: 'EVERFLAME_BUFFER_DIR',
  bufferBytes: 'EVERFLAME_BUFFER_BYTES',
  killFile: 'EVERFLAME_KILL_FILE',
  samplingIntervalMs: 'EVERFLAME_SAMPLING_INTERVAL_MS',
  periodSeconds: 'EVERFLAME_PERIOD_SECONDS',
  heapIntervalBytes: 'EVERFLAME_HEAP_INTERVAL_BYTES',
} as const satisfies Record<keyof AgentOptions, string>;

/** What `start.ts` is told, as options. Numbers that are none are left to `settingsFrom` to refuse. */
export function optionsFrom(environment: Environment): AgentOptions {
  const value = (option: keyof AgentOptions) => environment[variables[option]] || undefined;
  const number = (option: keyof AgentOptions) => {
    const text = value(option);
    return text === undefined ? undefined : Number(text);
  };
  const log = value('log');
  return {
    enabled: !['false', '0', 'no', 'off'].includes((value('enabled') ?? '').toLowerCase()),
    server: value('server'),
    group: value('group'),
    instance: value('instance'),
    serviceVersion: value('serviceVersion'),
    labels: labelsFrom(value('labels') ?? ''),
    token: value('token'),
    log: isLogLevel(log) ? log : undefined,
    bufferFolder: value('bufferFolder'),
    bufferBytes: number('bufferBytes'),
    killFile: value('killFile'),
    samplingIntervalMs: number('samplingIntervalMs'),
    periodSeconds: number('periodSeconds'),
    heapIntervalBytes: number('heapIntervalBytes'),
  };
}

const isLogLevel = (text: string | undefined): text is LogLevel =>
  (logLevels as readonly (string | undefined)[]).includes(text);

const pairsOf = (text: string): readonly string[] =>
  text.split(',').filter((pair) => pair.trim() !== '');

/** A key and a value, with something in both. */
const pairForm = /^\s*([^:=]*[^:=\s])\s*[:=]\s*(\S.*)$/s;

/** `key=value` or `key:value`, separated by commas. The value may hold either sign; `settingsFrom` refuses what is no pair. */
const labelsFrom = (text: string): Record<string, string> =>
  Object.fromEntries(
    pairsOf(text).flatMap((pair) => {
      const [, key = '', value = ''] = pairForm.exec(pair) ?? [];
      return key === '' ? [] : [[key, value.trim()]];
    }),
  );

export const areLabels = (text: string): boolean =>
  pairsOf(text).every((pair) => pairForm.test(pair));
