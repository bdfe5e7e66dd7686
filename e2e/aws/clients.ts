import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as sdk from '@aws-sdk/client-codeguruprofiler';
import type { PythonTools } from './python-tools.ts';

/** Members as the service model names them, with Dates for times and a text for a blob. */
export type Input = Readonly<Record<string, unknown>>;

/** What a client made of an answer. */
export interface Outcome {
  /** Undefined where the client does not tell. */
  readonly status: number | undefined;
  /** The exception's name in the service model; undefined where the call went well. */
  readonly error: string | undefined;
  readonly message: string | undefined;
  readonly output: Output;
}

// biome-ignore lint/suspicious/noExplicitAny: what comes back is what the tests look into.
export type Output = any;

/** One of AWS's own clients. */
export interface AwsClient {
  readonly name: string;
  call(operation: string, input: Input): Promise<Outcome>;
  close(): Promise<void>;
}

export interface Connection {
  readonly url: string;
  readonly keyId: string;
  readonly secret: string;
  readonly region?: string;
  /** How far the client's clock is ahead; default 0. */
  readonly clockOffsetMs?: number;
  /** In all; default 1. */
  readonly attempts?: number;
}

/** As a person sets them, and nothing of the machine's own. */
export function environmentOf(connection: Connection): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    PYTHONDONTWRITEBYTECODE: '1',
    AWS_ENDPOINT_URL_CODEGURUPROFILER: connection.url,
    AWS_ACCESS_KEY_ID: connection.keyId,
    AWS_SECRET_ACCESS_KEY: connection.secret,
    AWS_DEFAULT_REGION: connection.region ?? 'eu-central-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_RETRY_MODE: 'standard',
    AWS_MAX_ATTEMPTS: String(connection.attempts ?? 1),
    EVERFLAME_TEST_CLOCK_OFFSET_MS: String(connection.clockOffsetMs ?? 0),
  };
}

const commands = { ...sdk } as unknown as Readonly<Record<string, typeof sdk.GetProfileCommand>>;

export function jsClient(connection: Connection): AwsClient {
  const client = new sdk.CodeGuruProfilerClient({
    endpoint: connection.url,
    region: connection.region ?? 'eu-central-1',
    credentials: { accessKeyId: connection.keyId, secretAccessKey: connection.secret },
    maxAttempts: connection.attempts ?? 1,
    systemClockOffset: connection.clockOffsetMs ?? 0,
  });
  return {
    name: 'JS SDK',
    call: async (operation, input) => {
      const Command = commands[`${operation}Command`]!;
      try {
        const { $metadata, ...output } = await client.send(new Command(jsInput(input) as never));
        return { status: $metadata.httpStatusCode, ...well(asJson(output)) };
      } catch (error) {
        const { $metadata, name, message } = error as sdk.CodeGuruProfilerServiceException;
        if (!$metadata?.httpStatusCode) throw error;
        return { status: $metadata.httpStatusCode, error: name, message, output: undefined };
      }
    },
    close: async () => client.destroy(),
  };
}

const jsInput = (input: Input): Input =>
  typeof input.agentProfile === 'string'
    ? { ...input, agentProfile: new TextEncoder().encode(input.agentProfile) }
    : input;

/** As the other clients' answers come: times are texts, and so is a profile, in base64. */
const asJson = (output: Output): Output =>
  JSON.parse(
    JSON.stringify(output, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );

const well = (output: Output) => ({ error: undefined, message: undefined, output });

/** A Python program that answers each line with a line. */
class LineProcess {
  readonly #child: ChildProcess;
  readonly #waiting: ((line: string) => void)[] = [];

  constructor(program: string, connection: Connection, { python }: PythonTools) {
    this.#child = spawn(python, [program], {
      env: environmentOf(connection),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.#waiting.shift()!(line);
    });
  }

  async ask(question: unknown): Promise<Output> {
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    return JSON.parse(await new Promise<string>((heard) => this.#waiting.push(heard)));
  }

  async end(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.stdin!.end();
    await exit;
  }
}

export function boto3Client(connection: Connection, tools: PythonTools): AwsClient {
  const program = new LineProcess('e2e/aws/boto3_calls.py', connection, tools);
  return {
    name: 'boto3',
    call: async (operation, input) => {
      const { broken, status, error, message, output } = await program.ask({ operation, input });
      if (broken) throw new Error(broken);
      return { status, error, message, output };
    },
    close: () => program.end(),
  };
}

/** What a shell would run, in one process, for starting the CLI takes longer than what it does. */
export async function cliClient(connection: Connection, tools: PythonTools): Promise<AwsClient> {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-aws-cli-'));
  const program = new LineProcess('e2e/aws/aws_cli_calls.py', connection, tools);
  let files = 0;
  return {
    name: 'AWS CLI',
    call: async (operation, { agentProfile, ...input }) => {
      const file = join(folder, String(files++));
      if (agentProfile !== undefined) await writeFile(file, agentProfile as string);
      const { code, stdout, stderr } = await program.ask([
        ...['codeguruprofiler', kebab(operation), '--output', 'json'],
        ...Object.entries(input).flatMap(([name, value]) => flag(`--${kebab(name)}`, value)),
        ...(agentProfile === undefined ? [] : ['--agent-profile', `fileb://${file}`]),
        ...(operation === 'GetProfile' ? [file] : []),
      ]);
      if (code !== 0) return refusal(stderr);
      const output = stdout === '' ? {} : JSON.parse(stdout);
      if (operation === 'GetProfile') output.profile = await readFile(file, 'base64');
      return { status: undefined, ...well(output) };
    },
    close: async () => {
      await program.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const kebab = (name: string) => name.replace(/(?<=.)[A-Z]/g, '-$&').toLowerCase();

function flag(name: string, value: unknown): string[] {
  if (value === undefined || value === false) return [];
  if (value === true) return [name];
  if (value instanceof Date) return [name, value.toISOString()];
  return [name, typeof value === 'string' ? value : JSON.stringify(value)];
}

function refusal(stderr: string): Outcome {
  const said = /An error occurred \((\w+)\) when calling the \w+ operation(?: \(.*?\))?: (.*)/.exec(
    stderr,
  );
  if (!said) throw new Error(stderr);
  return { status: undefined, error: said[1], message: said[2], output: undefined };
}
