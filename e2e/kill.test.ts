import { paths } from '@everflame/api/paths';
import { expect, test } from 'vitest';
import { type ServerProcess, startServerProcess, temporaryFolder } from './server-process.ts';

const KILLS = 20;
const LANES = 6;

/** Letters only: a name with digits might be taken for a generated one. */
const nameOf = (n: number): string =>
  `upload_${[...n.toString(26)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join('')}`;

interface Sent {
  readonly name: string;
  readonly token: string;
  acknowledged: boolean;
}

/** One profile with a frame of its own, so that it can be counted afterwards. */
async function upload(url: string, { name, token }: Sent): Promise<boolean> {
  try {
    const response = await fetch(`${url}${paths.profiles('killed')}?token=${token}`, {
      method: 'POST',
      body: `main;serve;${name} 1\nmain;idle 1\n`,
      headers: { 'content-type': 'text/plain' },
    });
    await response.arrayBuffer();
    return response.status === 201;
  } catch {
    return false; // killed in the middle: not acknowledged, to be sent again
  }
}

async function uploadUntilKilled(
  server: ServerProcess,
  sent: Sent[],
  afterMs: number,
): Promise<void> {
  let alive = true;
  const lane = async () => {
    while (alive) {
      const item: Sent = {
        name: nameOf(sent.length),
        token: crypto.randomUUID(),
        acknowledged: false,
      };
      sent.push(item);
      item.acknowledged = await upload(server.url, item);
    }
  };
  const lanes = Array.from({ length: LANES }, lane);
  await new Promise((wake) => setTimeout(wake, afterMs));
  await server.kill();
  alive = false;
  await Promise.all(lanes);
}

async function storedCounts(url: string): Promise<Map<string, number>> {
  const query = 'format=folded&measure=samples&from=-2h&to=now';
  const response = await fetch(`${url}${paths.export('killed')}?${query}`);
  expect(response.status).toBe(200);
  const rows = (await response.text()).trim().split('\n');
  return new Map(
    rows.map((row) => {
      const [, name = '', count] = /;([^;]+) (\d+)$/.exec(row) ?? [];
      return [name, Number(count)];
    }),
  );
}

test(`nothing acknowledged is lost or counted twice over ${KILLS} kills under load`, async () => {
  const folder = temporaryFolder();
  const sent: Sent[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const server = await startServerProcess(folder.path);
    if (kill === 0) {
      await fetch(server.url + paths.groups, {
        method: 'POST',
        body: JSON.stringify({ name: 'killed' }),
        headers: { 'content-type': 'application/json' },
      });
    }
    await uploadUntilKilled(server, sent, 50 + Math.random() * 900);
  }

  const server = await startServerProcess(folder.path);
  const acknowledged = sent.filter((item) => item.acknowledged);
  expect(acknowledged.length).toBeGreaterThan(KILLS);
  const before = await storedCounts(server.url);
  expect(acknowledged.filter(({ name }) => before.get(name) !== 1)).toEqual([]);

  // What was not acknowledged may or may not be there; sent again with its token, it is there once.
  for (const item of sent.filter((item) => !item.acknowledged)) {
    expect(await upload(server.url, item), item.name).toBe(true);
  }
  const after = await storedCounts(server.url);
  expect(sent.filter(({ name }) => after.get(name) !== 1)).toEqual([]);
  expect(await server.stop()).toBe(0);
  folder.remove();
}, 300_000);
