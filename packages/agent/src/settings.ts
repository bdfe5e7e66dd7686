import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, parse, resolve } from 'node:path';
import { areLabels, type Environment, variables } from './environment.ts';
import type { LogLevel } from './log.ts';

/** Everything may be left out. */
export interface AgentOptions {
  readonly enabled?: boolean | undefined;
  /** Address of the Everflame server. Default `http://127.0.0.1:4100`. */
  readonly server?: string | undefined;
  /**
   * Profiling group, created when it is missing. Default: the name in the application's package.json, or else that
   * of the program's file.
   */
  readonly group?: string | undefined;
  /** Names this process among those of its group. Default: host name and process id. */
  readonly instance?: string | undefined;
  readonly serviceVersion?: string | undefined;
  /**
   * What every profile can be filtered by: names of OpenTelemetry such as `service.version`, short ones (`env`,
   * `version`, `region`, `zone`), and a few of your own.
   */
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
  /** Why the group has another name than was asked for, or where its name comes from; undefined where that is plain. */
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
  const known = options.group || packageName();
  const wished = known ?? programName();
  const group = groupName(wished);
  return {
    server: new URL(options.server || 'http://127.0.0.1:4100'),
    group,
    groupNote: noteOf({ known, wished, group }),
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
  const refuse = (option: 'server' | 'labels' | keyof typeof limits, must: string) => {
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
  const labels = environment[variables.labels];
  if (labels && !areLabels(labels)) refuse('labels', 'key=value, separated by commas');
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

interface Named {
  readonly known: string | undefined;
  readonly wished: string;
  readonly group: string;
}

function noteOf({ known, wished, group }: Named): string | undefined {
  if (known === undefined) return guessNote;
  return group === wished ? undefined : groupNote(wished);
}

const guessNote =
  'so named after the program, for no package.json above it has a name; EVERFLAME_GROUP (group) takes another';

/** The file of the program, or nothing, where it came from the command line or standard input. */
const programName = (): string => parse(process.argv[1] ?? '').name || UNKNOWN;

/** In the nearest package.json that has one above the program that was started, as npm and Node look for it. */
function packageName(): string | undefined {
  const program = process.argv[1];
  let folder = program ? dirname(resolve(program)) : process.cwd();
  for (;;) {
    const name = nameIn(join(folder, 'package.json'));
    if (name) return name;
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}

function nameIn(file: string): string | undefined {
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
