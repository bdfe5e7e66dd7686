import * as sdk from '@aws-sdk/client-codeguruprofiler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AwsClient,
  boto3Client,
  type Connection,
  cliClient,
  jsClient,
} from './aws/clients.ts';
import { KeyMaker } from './aws/keys.ts';
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
let keys: KeyMaker;
let operator: Connection;

beforeAll(async () => {
  server = await startServerProcess(folder.path);
  keys = new KeyMaker(server.url);
  operator = await keys.make({ name: 'operator', role: 'operator' });
});

afterAll(async () => {
  await server?.stop();
  folder.remove();
  process.stdout.write(`\n${table}\n`);
});

describe.each(Object.entries(makers))('%s, with a real key', (short, make) => {
  let client: AwsClient;
  beforeAll(async () => {
    client = await make(operator);
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

  const list = async (connection: Connection) => {
    const other = await make(connection);
    const { status = 403, error, message } = await other.call('ListProfilingGroups', {});
    table.note('ListProfilingGroups', other.name, { status, error, message, output: undefined });
    await other.close();
    return { status, error, message };
  };
  const tenMinutes = 600_000;

  test('keys and clocks that are wrong are refused in the words of AWS', async () => {
    const secret = `${operator.secret.slice(0, -1)}${operator.secret.endsWith('A') ? 'B' : 'A'}`;
    const invalid = { status: 403, error: 'InvalidSignatureException' };
    expect(await list({ ...operator, secret })).toMatchObject({
      ...invalid,
      message: expect.stringContaining('The request signature we calculated does not match'),
    });
    expect(await list({ ...operator, keyId: 'EFAAAAAAAAAAAAAAAAAA' })).toMatchObject({
      status: 403,
      error: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    });
    for (const clockOffsetMs of [-tenMinutes, tenMinutes]) {
      expect(await list({ ...operator, clockOffsetMs })).toMatchObject({
        ...invalid,
        message: expect.stringMatching(/^Signature (expired|not yet current): /),
      });
    }
  });

  test('a key may what its role and its groups say, and what a policy adds', async () => {
    const group = `${short}-policed`;
    const name = `${short}-agent`;
    const agent = await make(await keys.make({ name, role: 'agent', groups: [`${short}-own-*`] }));
    const own = { profilingGroupName: `${short}-own-1` };
    const other = { profilingGroupName: group };
    await call('CreateProfilingGroup', { ...other, clientToken: 't' }, 201);
    const asked = async (operation: string, input: object) => {
      const outcome = await agent.call(operation, { ...input });
      table.note(operation, agent.name, outcome);
      return outcome;
    };
    expect(await asked('CreateProfilingGroup', { ...own, clientToken: 't' })).toMatchObject({
      error: undefined,
    });
    expect((await asked('ConfigureAgent', own)).output.configuration.shouldProfile).toBe(true);
    const denied = (operation: string, of: string) => ({
      error: 'AccessDeniedException',
      message: expect.stringMatching(
        new RegExp(
          `^User: arn:aws:iam::\\d{12}:user/${name} is not authorized to perform: codeguru-profiler:${operation} on resource: arn:\\S+/${of}$`,
        ),
      ),
    });
    for (const operation of ['DescribeProfilingGroup', 'GetPolicy']) {
      expect(await asked(operation, own)).toMatchObject(denied(operation, `${short}-own-1`));
    }
    expect(await asked('ConfigureAgent', other)).toMatchObject(denied('ConfigureAgent', group));
    const principals = [`arn:aws:iam::000000000000:user/${name}`];
    await call('PutPermission', { ...other, actionGroup: 'agentPermissions', principals }, 200);
    expect((await asked('ConfigureAgent', other)).error).toBeUndefined();
    await agent.close();
  });
});

test('every operation of the service has been called', () => {
  const all = Object.keys(sdk).filter((name) => /^[A-Z]\w+Command$/.test(name));
  expect(table.operations).toEqual(all.map((name) => name.replace(/Command$/, '')).toSorted());
  expect(all).toHaveLength(23);
});

test('the JS SDK sets a clock that is wrong by ours, and tries again', async () => {
  const client = jsClient({ ...operator, clockOffsetMs: -600_000, attempts: 3 });
  expect(await client.call('ListProfilingGroups', {})).toMatchObject({ status: 200 });
  await client.close();
});
