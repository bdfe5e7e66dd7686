import { FrameSeriesAnswer, ProblemBody } from '@everflame/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preparedProfile, uploadOf } from '../storage/prepared-profile-fixture.ts';
import { tierMs } from '../storage/profile-store.ts';
import { createGroup, noon, openUnderTest, type UnderTest } from '../under-test.ts';

const { PT5M: minutes5, P1D: day } = tierMs;
const bucket = Math.floor(noon / minutes5) * minutes5;

let server: UnderTest;

beforeAll(async () => {
  server = await openUnderTest();
  expect((await createGroup(server.app)).status).toBe(201);
  const group = (await server.needs.catalog.group('shop'))!.id;
  const profile = preparedProfile(
    { stacks: 'main;walk;walk 30\nmain 10', state: 'RUNNABLE' },
    { stacks: 'main;lock 60', state: 'BLOCKED' },
  );
  const at = (startMs: number) => uploadOf(profile, { group, startMs });
  await server.needs.store.append([at(bucket), at(bucket - 10 * minutes5), at(bucket - 30 * day)]);
  await server.needs.store.maintain(noon);
});
afterAll(() => server.close());

const get = (query: string) => server.app.request(`/api/v1/groups/shop/frames?${query}`);
const post = (body: string, query = '', type = 'application/json') =>
  server.app.request(`/api/v1/groups/shop/frames?${query}`, {
    ...{ method: 'POST', body, headers: { 'content-type': type } },
  });
type Answered = Response | Promise<Response>;

async function answered(answer: Answered): Promise<FrameSeriesAnswer> {
  const response = await answer;
  expect(response.status).toBe(200);
  return FrameSeriesAnswer.parse(await response.json());
}

const refused = async (answer: Answered) => ProblemBody.parse(await (await answer).json()).code;

test('self and total of the frames named come as columns, in the order asked', async () => {
  const answer = await answered(get('from=-1h&frame=walk&frame=main&frame=nobody'));
  expect(answer).toEqual({
    ...{ measure: 'cpu', unit: 'ns', tier: 'PT5M', stepMs: minutes5 },
    fromMs: bucket - 12 * minutes5,
    toMs: bucket + minutes5,
    t: [bucket - 10 * minutes5, bucket],
    whole: [100, 100],
    frames: [
      { name: 'walk', self: [30, 30], total: [30, 30] },
      { name: 'main', self: [10, 10], total: [100, 100] },
      { name: 'nobody', self: [0, 0], total: [0, 0] },
    ],
  });
});

test('in some states alone, both the frames and what they are shares of are of these', async () => {
  const { frames, whole } = await answered(get('from=-5m&states=BLOCKED&frame=main&frame=walk'));
  expect(whole).toEqual([60]);
  expect(frames.map(({ total }) => total)).toEqual([[60], [0]]);
});

test('without names the heaviest are answered', async () => {
  const names = async (query: string) =>
    (await answered(get(query))).frames.map(({ name }) => name);
  expect(await names('from=-1h')).toEqual(['main', 'lock', 'walk']);
  expect(await names('from=-1h&limit=2')).toEqual(['main', 'lock']);
  expect(await names('from=-1h&states=RUNNABLE')).toEqual(['main', 'walk']);
  expect(await names('measure=wall')).toEqual([]);
});

test('names that are too long for an address are posted', async () => {
  const answer = await answered(post(JSON.stringify({ frames: ['main'] }), 'from=-1h'));
  expect(answer).toEqual(await answered(get('from=-1h&frame=main')));
  expect(await refused(post('{"frames":[]}'))).toBe('invalid-body');
  expect(await refused(post('{"names":["main"]}'))).toBe('invalid-body');
  expect(await refused(post('nonsense'))).toBe('invalid-body');
  expect(await refused(post('{"frames":["main"]}', '', 'text/plain'))).toBe(
    'unsupported-media-type',
  );
});

test('months are answered in days, weeks in hours, and a tier that is not kept in the next', async () => {
  const tierOf = async (query: string) => {
    const { tier, t, frames } = await answered(get(`frame=walk&${query}`));
    return [tier, t.length, frames[0]?.total.reduce((a, b) => a + b, 0)];
  };
  expect(await tierOf('from=-7d')).toEqual(['PT5M', 2, 60]);
  expect(await tierOf('from=-8d')).toEqual(['PT1H', 2, 60]);
  expect(await tierOf('from=-31d')).toEqual(['PT1H', 3, 90]);
  expect(await tierOf('from=-80d')).toEqual(['P1D', 2, 90]);
  expect(await tierOf('from=-80d&tier=PT1H')).toEqual(['P1D', 2, 90]);
  expect(await tierOf('from=-31d&tier=PT5M')).toEqual(['PT1H', 3, 90]);
  expect(await tierOf('from=-1h&tier=P1D')).toEqual(['P1D', 1, 60]);
});

test.each([
  'from=soon',
  'from=now&to=-1h',
  'tier=PT1M',
  'limit=0',
  'limit=101',
  'states=SLEEPING',
  'frame=',
  Array.from({ length: 101 }, () => 'frame=a').join('&'),
  `from=-15d&tier=PT5M&${Array.from({ length: 100 }, () => 'frame=a').join('&')}`,
])('what asks for too much or for nothing that there is, is refused: %s', async (query) => {
  expect(await refused(get(query))).toMatch(/^invalid-(parameter|time-range)$/);
});

test('a group that is not there is not found', async () => {
  const response = await server.app.request('/api/v1/groups/nobody/frames');
  expect(await refused(response)).toBe('unknown-group');
});
