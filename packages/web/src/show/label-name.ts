/** Names of OpenTelemetry's conventions, and how people call what they name. */
const names: Readonly<Record<string, string>> = {
  'process.runtime.version': 'runtime version',
  'process.runtime.name': 'runtime',
  'service.version': 'version',
  'service.instance.id': 'instance',
  'deployment.environment': 'environment',
  'deployment.environment.name': 'environment',
  'host.name': 'host',
  'host.type': 'machine type',
  'cloud.region': 'region',
  'cloud.availability_zone': 'zone',
};

/** A label's key in words; one that is nobody's convention is shown as it is. */
export const labelName = (key: string): string =>
  (Object.hasOwn(names, key) ? names[key] : undefined) ?? key;
