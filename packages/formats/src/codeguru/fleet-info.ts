import type { Labels } from '@everflame/model';

/** What an agent says of the machine it runs on. */
export interface Fleet {
  readonly labels: Labels;
  readonly vcpus?: number;
  /** What neither a label nor a number has a place for. */
  readonly config: Labels;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * fleetInfo comes in four shapes (EC2, Fargate, Lambda, anything else) and in more from agents of
 * third parties. Names are those of OpenTelemetry's resource attributes; unknown fields are passed over.
 */
export function fleetOf(fleetInfo: Fields): Fleet {
  const arn = text(fleetInfo.taskArn) ?? text(fleetInfo.functionArn);
  const [, , , region, account] = arn?.split(':') ?? [];
  const id = text(fleetInfo.id) ?? text(fleetInfo.fleetInstanceId);
  const isAws = text(fleetInfo.computeType)?.startsWith('aws_') ?? arn !== undefined;
  const labels: Record<string, string | undefined> = {
    'service.instance.id': id ?? arn ?? text(fleetInfo.hostName),
    'host.name': text(fleetInfo.hostName),
    'host.type': text(fleetInfo.hostType),
    'cloud.provider': isAws ? 'aws' : undefined,
    'cloud.platform': platforms.get(text(fleetInfo.computeType) ?? ''),
    'cloud.region': region || undefined,
    'cloud.account.id': account || undefined,
    'aws.ecs.task.arn': text(fleetInfo.taskArn),
    'cloud.resource_id': text(fleetInfo.functionArn),
    'faas.name': functionName(text(fleetInfo.functionArn)),
  };
  const vcpus = positive(fleetInfo.vCPUs) ?? positive(fleetInfo.cpuLimit);
  const megabytes = positive(fleetInfo.memoryLimitInMB);
  const config = {
    memoryLimitBytes: megabytes === undefined ? undefined : String(megabytes * 1024 * 1024),
    executionEnv: text(fleetInfo.executionEnv),
  };
  return {
    labels: known(labels),
    config: known(config),
    ...(vcpus === undefined ? {} : { vcpus }),
  };
}

const platforms = new Map([
  ['aws_ec2_instance', 'aws_ec2'],
  ['aws_fargate_task', 'aws_ecs'],
  ['aws_lambda', 'aws_lambda'],
]);

/** arn:aws:lambda:region:account:function:name[:qualifier] */
const functionName = (arn: string | undefined): string | undefined => arn?.split(':')[6];

export const known = (labels: Readonly<Record<string, string | undefined>>): Labels =>
  Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined;
