import * as sdk from '@aws-sdk/client-codeguruprofiler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AwsClient,
  boto3Client,
  type Connection,
  cliClient,
  jsClient,
} from './aws/clients.ts';
import { OutcomeTable } from './aws/outcome-table.ts';
import { pythonTools } from './aws/python-tools.ts';
import { type Call, exceptions, scenarios } from './aws/scenarios.ts';
import { type ServerProcess, startServerProcess, temporaryFolder } from './server-process.ts';

const tools = await pythonTools();
const makers: Readonly<Record<string, (connection: Connection) => Promise<AwsClient>>> = {
  js: async (connection) => jsClient(connection),
  ...(tools && {
    boto3: async (connection: Connection) => boto3Client(connection, tools),
    cli: (connection: Connection) => cliClient(connection, tools),
  }),
};

const folder = temporaryFolder();
const table = new OutcomeTable();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess(folder.path);
});

afterAll(async () => {
  await server?.stop();
  folder.remove();
  process.stdout.write(`\n${table}\n`);
});

const connection = (): Connection => ({ url: server.url, keyId: 'AKIDEXAMPLE', secret: 'secret' });

describe.each(Object.entries(makers))('%s', (short, make) => {
  let client: AwsClient;
  beforeAll(async () => {
    client = await make(connection());
  });
  afterAll(() => client?.close());

  const call: Call = async (operation, input, expected) => {
    const outcome = await client.call(operation, input);
    table.note(operation, client.name, outcome);
    const wanted =
      typeof expected === 'number'
        ? { error: undefined, status: expected }
        : { error: expected, status: exceptions[expected] };
    const { error, status, message } = outcome;
    expect({ error, status: status ?? wanted.status }, `${operation}: ${message}`).toEqual(wanted);
    if (error !== undefined) expect(message).toMatch(/^\S.+/);
    return outcome.output;
  };

  test.concurrent.each(Object.entries(scenarios))('%s', (name, scenario) =>
    scenario(call, `${short}-${name}`),
  );
});

test('every operation of the service has been called', () => {
  const all = Object.keys(sdk).filter(
    (name) => /^[A-Z]\w+Command$/.test(name) && !name.startsWith('$'),
  );
  expect(table.operations).toEqual(all.map((name) => name.replace(/Command$/, '')).toSorted());
  expect(all).toHaveLength(23);
});
