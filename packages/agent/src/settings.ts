import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Environment, variables } from './environment.ts';
import type { LogLevel } from './log.ts';

/** Everything may be left out. */
export interface AgentOptions {
  readonly enabled?: boolean | undefined;
  /** Address of the Everflame server. Default `http://127.0.0.1:4100`. */
  readonly server?: string | undefined;
  /** Profiling group, created when it is missing. Default: the name in the application's package.json. */
  readonly group?: string | undefined;
  /** Names this process among those of its group. Default: host name and process id. */
  readonly instance?: string | undefined;
  readonly serviceVersion?: string | undefined;
  /** Put on every profile. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
  readonly log?: LogLevel | undefined;
  /** Where what could not be sent waits for the next start. Without it, it is lost at the end. */
  readonly bufferFolder?: string | undefined;
  /** Bytes that may wait to be sent, in memory and in the folder. Default 4 MiB. */
  readonly bufferBytes?: number | undefined;
  /** Profiling ends for good when this file exists; looked for at the start and once a period. */
  readonly killFile?: string | undefined;
  /** Until the server says otherwise. Default 100 ms. */
  readonly samplingIntervalMs?: number | undefined;
  /** Until the server says otherwise. Default 60 s. */
  readonly periodSeconds?: number | undefined;
  /**
   * Mean bytes allocated between two heap samples, or more where much is allocated; 0 for no heap profile.
   * Default 512 KiB.
   */
  readonly heapIntervalBytes?: number | undefined;
}

/** Options with every default filled in. */
export interface Settings {
  readonly server: URL;
  readonly group: string;
  /** Why the group has another name than was asked for; undefined where it has not. */
  readonly groupNote: string | undefined;
  readonly instance: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly token: string | undefined;
  readonly bufferFolder: string | undefined;
  readonly bufferBytes: number;
  readonly killFile: string | undefined;
  readonly samplingIntervalMs: number;
  readonly periodMs: number;
  readonly heapIntervalBytes: number;
}

/** Options that have no meaning: the message names all of them, as the user knows them. */
export class WrongOptions extends Error {}

/** Throws `WrongOptions`. What an option is called there depends on whether it comes from `environment`. */
export function settingsFrom(options: AgentOptions, environment: Environment = {}): Settings {
  refuseWrong(options, environment);
  const instance = (options.instance || `${hostname()}:${process.pid}`).slice(0, 255);
  const wished = options.group || applicationName();
  const group = groupName(wished);
  return {
    server: new URL(options.server || 'http://127.0.0.1:4100'),
    group,
    groupNote: group === wished ? undefined : groupNote(wished),
    instance,
    labels: labelsOf(options, instance),
    token: options.token || undefined,
    bufferFolder: options.bufferFolder ? resolve(options.bufferFolder) : undefined,
    bufferBytes: options.bufferBytes ?? 4 << 20,
    killFile: options.killFile ? resolve(options.killFile) : undefined,
    samplingIntervalMs: options.samplingIntervalMs ?? 100,
    periodMs: 1000 * (options.periodSeconds ?? 60),
    heapIntervalBytes: options.heapIntervalBytes ?? 512 << 10,
  };
}

const positive = { must: 'a positive number', allows: (value: number) => value > 0 } as const;

const limits = {
  bufferBytes: positive,
  samplingIntervalMs: positive,
  periodSeconds: positive,
  heapIntervalBytes: { must: '0 or a positive number', allows: (value: number) => value >= 0 },
} as const;

function refuseWrong(options: AgentOptions, environment: Environment): void {
  const wrong: string[] = [];
  const refuse = (option: 'server' | keyof typeof limits, must: string) => {
    const variable = variables[option];
    const text = environment[variable];
    const name = text === undefined ? option : `${variable} (${option})`;
    wrong.push(`${name} must be ${must}, not “${text ?? options[option]}”`);
  };
  if (options.server && !isHttp(options.server)) refuse('server', 'an http or https address');
  for (const option of [
    'samplingIntervalMs',
    'periodSeconds',
    'heapIntervalBytes',
    'bufferBytes',
  ] as const) {
    const value = options[option] ?? undefined;
    const { must, allows } = limits[option];
    if (value !== undefined && !(Number.isFinite(value) && allows(value))) refuse(option, must);
  }
  if (wrong.length > 0) throw new WrongOptions(wrong.join('; '));
}

const isHttp = (address: string): boolean =>
  URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);

const UNKNOWN = 'unknown-service';

/**
 * What the server accepts as the name of a group: 1 to 255 letters, digits, `_` and `-`. Such a name stays as it
 * is; of another one, what stands in between becomes a hyphen each, and what stands at its ends goes.
 */
export function groupName(wished: string): string {
  if (/^[\w-]{1,255}$/.test(wished)) return wished;
  const name = wished
    .slice(0, 1000)
    .replace(/[^\w-]+/g, '-')
    .slice(0, 255);
  return name.replace(/^-+/, '').replace(/-+$/, '') || UNKNOWN;
}

const groupNote = (wished: string): string =>
  `not “${wished.slice(0, 300)}”, for the name of a group is up to 255 letters, digits, _ and -: other characters became - within the name and went at its ends`;

/** The nearest package.json above the program that was started, as npm and Node look for it. */
function applicationName(): string {
  const program = process.argv[1];
  let folder = program ? dirname(resolve(program)) : process.cwd();
  for (;;) {
    const name = packageName(join(folder, 'package.json'));
    if (name) return name;
    const above = dirname(folder);
    if (above === folder) return UNKNOWN;
    folder = above;
  }
}

function packageName(file: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Names as in OpenTelemetry's semantic conventions; the server takes at most 128 and 1024 characters. */
function labelsOf(options: AgentOptions, instance: string): Record<string, string> {
  const labels: Record<string, string> = {
    ...options.labels,
    'service.instance.id': instance,
    'host.name': hostname(),
    'process.pid': String(process.pid),
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.version.slice(1),
  };
  if (options.serviceVersion) labels['service.version'] = options.serviceVersion;
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([key]) => key !== '')
      .map(([key, value]) => [key.slice(0, 128), String(value).slice(0, 1024)]),
  );
}
