import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { startCommand } from './start-command.ts';

const needs = { server: 'http://127.0.0.1:4100', group: 'my-service', agentFile: undefined };

test('the command names the package, or the agent of the checkout that the server runs from', () => {
  expect(startCommand(needs)).toBe(
    'EVERFLAME_SERVER=http://127.0.0.1:4100 \\\n  EVERFLAME_GROUP=my-service \\\n' +
      '  node --import @everflame/agent/start app.js',
  );
  expect(startCommand({ ...needs, agentFile: '/srv/agent/dist/start.js' })).toContain(
    'node --import /srv/agent/dist/start.js app.js',
  );
});

test('a shell reads a path with spaces and quotes as one word', () => {
  const agentFile = "/home/o'hara/my apps/$HOME/start.js";
  const [, rest] = startCommand({ ...needs, agentFile }).split('node --import ');
  const words = execFileSync('sh', ['-c', `printf '%s\n' ${rest}`], { encoding: 'utf8' });
  expect(words).toBe(`${agentFile}\napp.js\n`);
});
