import type { Hotspots } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { expect, test } from 'vitest';
import { eventually, startServerProcess, temporaryFolder } from './server-process.ts';

test('a server that profiles itself shows its own functions about a minute after its start', async () => {
  const folder = temporaryFolder();
  const server = await startServerProcess(folder.path, ['--profile-self']);
  try {
    const hotspots = await eventually(async () => {
      const response = await fetch(`${server.url}${paths.hotspots('everflame')}?measure=cpu`);
      if (!response.ok) return undefined; // no such group yet
      const answer = (await response.json()) as Hotspots;
      return answer.frames > 10 ? answer : undefined;
    });
    expect(hotspots.rows.some(({ frame }) => /cli\/dist\//.test(frame.file))).toBe(true);
  } finally {
    expect(await server.stop()).toBe(0);
    folder.remove();
  }
});
