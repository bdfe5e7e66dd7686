import { parseArgs } from 'node:util';
import { Problem } from '@everflame/model';

/** A flag as the help shows it and as `parseArgs` takes it. */
interface Flag {
  readonly type: 'string' | 'boolean';
  /** What the value stands for in the help, such as `DIR`. */
  readonly value?: string;
  readonly help: string;
  readonly default?: string;
}

export type Flags = Readonly<Record<string, Flag>>;
export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Undefined: `--help` was asked for and printed. Throws Problem('invalid-parameter') on anything unknown. */
export function readFlags(
  command: string,
  flags: Flags,
  args: readonly string[],
): Values | undefined {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { type }]) => [name, { type }] as const),
  );
  let values: Values;
  try {
    ({ values } = parseArgs({
      args: joined(args, flags),
      options: { ...options, help: { type: 'boolean', short: 'h' } },
    }) as { values: Values });
  } catch (cause) {
    throw new Problem(
      'invalid-parameter',
      `${sentenceOf(cause)} Try: everflame ${command} --help`,
      {
        cause,
      },
    );
  }
  if (values.help) {
    process.stdout.write(helpOf(command, flags));
    return undefined;
  }
  const defaults = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, flag.default]),
  );
  return { ...defaults, ...values };
}

/** `--memory -5` means `--memory=-5`, whose value is then refused for what it is. */
function joined(args: readonly string[], flags: Flags): string[] {
  const all: string[] = [];
  for (const arg of args) {
    const before = all.at(-1) ?? '';
    const takesValue = before.startsWith('--') && flags[before.slice(2)]?.type === 'string';
    if (takesValue && /^-\d/.test(arg)) all.splice(-1, 1, `${before}=${arg}`);
    else all.push(arg);
  }
  return all;
}

function sentenceOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const [, name] = /^Option '.*(--[\w-]+).*' argument (?:missing|is ambiguous)/.exec(line) ?? [];
  return name ? `${name} takes a value.` : `${line.replace(/\.$/, '')}.`;
}

function helpOf(command: string, flags: Flags): string {
  const rows = Object.entries(flags).map(([name, flag]) => {
    const left = `  --${name}${flag.value ? ` ${flag.value}` : ''}`;
    const standard = flag.default === undefined ? '' : ` (default ${flag.default})`;
    return `${left.padEnd(26)} ${flag.help}${standard}`;
  });
  return `everflame ${command} [options]\n\n${rows.join('\n')}\n`;
}

/** `port` between 0 and 65535, `count` and so on. */
export function wholeNumber(
  values: Values,
  name: string,
  range: readonly [number, number],
): number {
  const text = String(values[name]);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < range[0] || value > range[1]) {
    throw new Problem(
      'invalid-parameter',
      `--${name} takes a whole number from ${range[0]} to ${range[1]}, not “${text}”.`,
    );
  }
  return value;
}

const unitBytes: Readonly<Record<string, number>> = {
  MB: 2 ** 20,
  GB: 2 ** 30,
  TB: 2 ** 40,
};

/** `50GB`, `800MB`, `1.5TB`; powers of 1024. */
export function byteSize(values: Values, name: string): number {
  const text = String(values[name]);
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(MB|GB|TB)$/i.exec(text) ?? [];
  const bytes = Number(amount) * (unitBytes[unit?.toUpperCase() ?? ''] ?? Number.NaN);
  if (!(bytes >= 64 * 2 ** 20)) {
    throw new Problem(
      'invalid-parameter',
      `--${name} takes a size of at least 64MB such as 800MB, 50GB or 1TB, not “${text}”.`,
    );
  }
  return Math.floor(bytes);
}
