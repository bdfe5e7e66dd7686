import { randomUUID } from 'node:crypto';
import type { Answer, Client } from './client.ts';
import { fieldsOf, jsonFields } from './fields.ts';

/** What the server asks of this instance for the next period. */
export interface Orders {
  readonly shouldProfile: boolean;
  readonly periodMs: number;
  readonly samplingIntervalMs: number;
}

interface Who {
  readonly group: string;
  readonly instance: string;
  /** What this instance does where the server does not say. */
  readonly periodMs: number;
  readonly samplingIntervalMs: number;
}

/**
 * Asks what to do, creating the group where there is none. What the answer leaves out, or says in a way that
 * makes no sense, is up to `who`. Rejects where there is no usable answer.
 */
export async function askOrders(client: Client, who: Who): Promise<Orders> {
  let answer = await configureAgent(client, who);
  if (isUnknownGroup(answer)) {
    await createGroup(client, who.group);
    answer = await configureAgent(client, who);
  }
  if (answer.status !== 200) {
    throw new Error(`configureAgent was answered ${answer.status}: ${answer.body.slice(0, 200)}`);
  }
  return ordersFrom(answer.body, who);
}

const json = (body: unknown) => ({
  contentType: 'application/json',
  body: Buffer.from(JSON.stringify(body)),
});

const configureAgent = (client: Client, { group, instance }: Who) =>
  client.post({
    path: `/profilingGroups/${group}/configureAgent`,
    ...json({ fleetInstanceId: instance, metadata: {} }),
  });

const isUnknownGroup = ({ status, headers }: Answer) =>
  status === 404 && String(headers['x-amzn-errortype']).startsWith('ResourceNotFoundException');

async function createGroup(client: Client, group: string): Promise<void> {
  const { status, body } = await client.post({
    path: `/profilingGroups?clientToken=${randomUUID()}`,
    ...json({ profilingGroupName: group, computePlatform: 'Default' }),
  });
  // 409: another instance that starts now was faster.
  if (status !== 201 && status !== 409) {
    throw new Error(`creating the group ${group} was answered ${status}: ${body.slice(0, 200)}`);
  }
}

function ordersFrom(body: string, own: Who): Orders {
  const said = jsonFields(body);
  const parameters = fieldsOf(said.agentParameters);
  if (typeof said.shouldProfile !== 'boolean') {
    throw new Error('the answer to configureAgent does not say whether to profile');
  }
  const periodSeconds = within(said.periodInSeconds, [1, 3600]);
  return {
    shouldProfile: said.shouldProfile,
    periodMs: periodSeconds === undefined ? own.periodMs : periodSeconds * 1000,
    samplingIntervalMs:
      within(parameters.SamplingIntervalInMilliseconds, [1, 10_000]) ?? own.samplingIntervalMs,
  };
}

/** Numbers arrive as numbers or as text. A server's slip must not make an instance sample every microsecond. */
function within(value: unknown, [least, most]: readonly [number, number]): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined;
  return Math.min(most, Math.max(least, number));
}
