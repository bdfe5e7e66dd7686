import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Problem } from '@everflame/model';
import {
  forgetKeys,
  type KeyPlace,
  type KeyWithSecret,
  type NewKey,
  openKeys,
  roles,
} from '@everflame/server';
import { type Flags, readFlags, type Values } from './options.ts';
import { remoteKeys } from './remote-keys.ts';

const place: Flags = {
  data: {
    type: 'string',
    value: 'DIR',
    help: 'data folder of a server that is stopped (default data)',
  },
  server: { type: 'string', value: 'URL', help: 'a server that runs' },
  key: {
    type: 'string',
    value: 'SECRET',
    help: 'of an administrator’s key, for --server (default $EVERFLAME_TOKEN)',
  },
};

const addFlags: Flags = {
  role: { type: 'string', value: 'ROLE', help: `what it may: ${roles.join(', ')}` },
  groups: {
    type: 'string',
    value: 'NAMES',
    help: 'groups it is for, such as shop,pay-* (all without it)',
  },
  ...place,
};

const revokeFlags: Flags = {
  all: { type: 'boolean', help: 'all keys of a stopped server, also where their secrets are lost' },
  ...place,
};

const help = `everflame key add NAME --role ROLE     make an access key; its secret is told once
everflame key list                     keys by name
everflame key revoke ID | --all        let nobody in with a key, or with any, any more

everflame key <command> --help         what a command takes
`;

/** Access keys. As soon as there is one, the server asks everybody for one. */
export async function key(args: readonly string[]): Promise<void> {
  const [command = '--help', ...rest] = args;
  switch (command) {
    case 'add':
      return await add(rest);
    case 'list':
      return await list(rest);
    case 'revoke':
      return await revoke(rest);
    case '--help':
    case '-h':
      process.stdout.write(help);
      return;
    default:
      throw new Problem(
        'invalid-parameter',
        `There is no command “key ${command}”. Commands: key add, key list, key revoke.`,
      );
  }
}

async function add(args: readonly string[]): Promise<void> {
  const { word: name, rest } = wordOf(args);
  const values = readFlags('key add NAME', addFlags, rest);
  if (!values) return;
  const wished = newKey(name, values);
  const made = await within(values, (keys) => keys.add(wished));
  process.stdout.write(told(made, String(values.server ?? 'http://127.0.0.1:4100')));
}

async function list(args: readonly string[]): Promise<void> {
  const values = readFlags('key list', place, args);
  if (!values) return;
  refuseNowhere(values);
  const keys = await within(values, (all) => all.list());
  const rows = keys.map(({ id, name, role, groups, lastUsedMs }) => [
    ...[id, name, role, groups?.join(',') ?? 'all groups'],
    lastUsedMs === undefined ? 'never used' : `used ${new Date(lastUsedMs).toISOString()}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    process.stdout.write(`${cells.join('  ')}\n`);
  }
  if (rows.length === 0) process.stdout.write('There is no access key: nobody is asked for one.\n');
}

async function revoke(args: readonly string[]): Promise<void> {
  const { word: id, rest } = wordOf(args);
  const values = readFlags('key revoke ID', revokeFlags, rest);
  if (!values) return;
  refuseNowhere(values);
  if (values.all && values.server === undefined && id === undefined) {
    await ofStopped(() => forgetKeys(folderOf(values)));
    process.stdout.write('Revoked all keys: nobody is asked for one.\n');
    return;
  }
  if (id === undefined)
    throw new Problem('invalid-parameter', 'Say which: everflame key revoke ID');
  await within(values, (keys) => keys.revoke(id));
  process.stdout.write(`Revoked ${id}.\n`);
}

/** What stands before the flags. */
function wordOf([first, ...rest]: readonly string[]) {
  return first === undefined || first.startsWith('-')
    ? { word: undefined, rest: first === undefined ? [] : [first, ...rest] }
    : { word: first, rest };
}

function newKey(name: string | undefined, values: Values): NewKey {
  if (name === undefined) {
    throw new Problem('invalid-parameter', 'Say its name: everflame key add NAME --role ROLE');
  }
  const role = roles.find((one) => one === values.role);
  if (!role) {
    const what = values.role === undefined ? 'is needed' : `is not “${values.role}”`;
    throw new Problem('invalid-parameter', `--role ${what}; it takes ${roles.join(', ')}.`);
  }
  const groups = values.groups === undefined ? undefined : String(values.groups).split(',');
  return { name, role, groups };
}

async function within<T>(values: Values, run: (keys: KeyPlace) => Promise<T>): Promise<T> {
  const keys = await open(values);
  try {
    return await run(keys);
  } finally {
    await keys.close();
  }
}

async function open(values: Values): Promise<KeyPlace> {
  const { server, data, key: secret } = values;
  if (server !== undefined) {
    if (data !== undefined) {
      throw new Problem('invalid-parameter', 'Give --data or --server, not both.');
    }
    return remoteKeys(String(server), String(secret ?? process.env.EVERFLAME_TOKEN ?? ''));
  }
  return await ofStopped(() => openKeys(folderOf(values)));
}

const folderOf = ({ data }: Values): string => resolve(String(data ?? 'data'));

/** In a folder that is made for the question, no key would ever be found, and the answer would comfort. */
function refuseNowhere(values: Values): void {
  const folder = folderOf(values);
  if (values.server !== undefined || existsSync(folder)) return;
  throw new Problem('invalid-parameter', `There is no folder ${folder}; --data says another.`);
}

async function ofStopped<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'folder-in-use') throw error;
    throw new Problem(
      'folder-in-use',
      `${error.message} Stop its server, or ask it: everflame key … --server URL --key SECRET`,
      { cause: error },
    );
  }
}

const told = ({ key: { id, name, role, groups }, secret }: KeyWithSecret, server: string): string =>
  `The access key “${name}” (${role}, ${groups?.join(',') ?? 'all groups'}). Its secret is not told again.

id      ${id}
secret  ${secret}

For AWS’s clients and agents:

export AWS_ACCESS_KEY_ID=${id}
export AWS_SECRET_ACCESS_KEY=${secret}
export AWS_ENDPOINT_URL_CODEGURUPROFILER=${server}

Everflame’s own agent takes EVERFLAME_TOKEN, everything else a bearer token or a password: the secret.
`;
