import { afterAll, beforeAll, expect, test } from 'vitest';
import { noon } from '../under-test.ts';
import {
  type Answer,
  calls,
  conflicts,
  type Known,
  known,
  quotas,
  withoutConflict,
} from './every-call.ts';
import { operations } from './operations.ts';
import { openSdk, type SdkUnderTest } from './sdk-under-test.ts';

const errors = {
  V: ['ValidationException', 400],
  Q: ['ServiceQuotaExceededException', 402],
  R: ['ResourceNotFoundException', 404],
  C: ['ConflictException', 409],
  T: ['ThrottlingException', 429],
  I: ['InternalServerException', 503],
} as const;
type Letter = keyof typeof errors;
const letters = Object.keys(errors) as Letter[];

let sdk: SdkUnderTest;
let throttled: SdkUnderTest;

beforeAll(async () => {
  sdk = await openSdk({ maxGroups: 2 });
  const never = { perSecond: 0, burst: 0 };
  throttled = await openSdk({ quotas: { uploads: never, others: never } });
});
afterAll(async () => {
  await sdk.close();
  await throttled.close();
});

const here = operations.filter(({ name }) => calls[name] !== undefined).map(({ name }) => name);
/** By operation, what of it was seen. */
const seen = new Map(here.map((name) => [name, new Set<string>()]));

async function seesRefusal(name: string, letter: Letter, answer: Answer): Promise<void> {
  const [exception, status] = errors[letter];
  const error = await answer.then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
  expect(error).toMatchObject({
    name: exception,
    message: expect.stringMatching(/\S/),
    $metadata: { httpStatusCode: status, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
  seen.get(name)?.add(letter);
}

test('every operation of the service model is here, under its method and path', () => {
  expect(operations).toHaveLength(23);
  expect(here.toSorted()).toEqual(Object.keys(calls).toSorted());
});

test('every operation answers the official client with the status and the members of the model', async () => {
  const { client, needs } = sdk;
  let now: Known = { ...known('life'), channelId: '00000000-0000-4000-8000-000000000001' };
  const answers: unknown[] = [];
  for (const [name, { status, members, good }] of Object.entries(calls)) {
    const answer = await good(client, now);
    const given = new Map<string, unknown>(Object.entries(answer));
    const missing = members?.split(' ').filter((member) => given.get(member) === undefined) ?? [];
    const { httpStatusCode } = answer.$metadata;
    expect([name, httpStatusCode, missing]).toEqual([name, status, []]);
    seen.get(name)?.add('ok');
    answers.push(answer);
    if (name === 'CreateProfilingGroup') {
      const { id } = (await needs.catalog.group('life'))!;
      const instances = [{ id: now.anomalyInstanceId, fromMs: noon }];
      const anomaly = { reason: 'test', frame: 'f', states: [], instances };
      await needs.catalog.findings.putAnomaly(id, anomaly);
    }
    if ('revisionId' in answer) now = { ...now, revisionId: String(answer.revisionId) };
  }
  expect(answers).toHaveLength(here.length);
});

const refusals: Readonly<Record<string, (name: string) => Promise<void>>> = {
  V: (name) => seesRefusal(name, 'V', calls[name]!.bad!(sdk.client, known('shop'))),
  R: (name) => seesRefusal(name, 'R', calls[name]!.good(sdk.client, known('nobody'))),
  C: async (name) => {
    await makeGroup('shop');
    await seesRefusal(name, 'C', conflicts[name]!(sdk.client, known('shop')));
  },
  Q: async (name) => {
    await makeGroup('shop');
    await makeGroup('full');
    await seesRefusal(name, 'Q', quotas[name]!(sdk.client, known('full')));
  },
  T: (name) => seesRefusal(name, 'T', calls[name]!.good(throttled.client, known('shop'))),
  I: async (name) => {
    sdk.phase.now = 'stopping';
    await seesRefusal(name, 'I', calls[name]!.good(sdk.client, known('shop')));
    sdk.phase.now = 'ready';
  },
};

/** Whoever is too fast is told so by every operation, those too whose model does not say it. */
const reachable = here.flatMap((name) =>
  [...new Set(`${calls[name]!.errors}T`)]
    .filter((letter) => letter !== 'C' || !withoutConflict.includes(name))
    .map((letter) => [name, errors[letter as Letter][0], letter] as const),
);

test.each(reachable)('%s answers %s', async (name, _exception, letter) => {
  await refusals[letter]!(name);
});

/** With a policy, and whether or not it is there already. */
async function makeGroup(name: string): Promise<void> {
  if (await sdk.needs.catalog.group(name)) return;
  await calls.CreateProfilingGroup!.good(sdk.client, known(name));
  await calls.PutPermission!.good(sdk.client, known(name));
}

test('every error of the model that can come about was seen', () => {
  const cell = (name: string, letter: Letter) => {
    if (seen.get(name)?.has(letter)) return String(errors[letter][1]);
    return calls[name]!.errors.includes(letter) ? 'never' : '';
  };
  const rows = here.map((name) => {
    const ok = seen.get(name)?.has('ok') ? String(calls[name]!.status) : '';
    return [name, ok, ...letters.map((letter) => cell(name, letter))];
  });
  const head = ['operation', 'ok', ...letters.map((letter) => errors[letter][0].slice(0, 10))];
  const line = (row: readonly string[]) =>
    row.map((text, column) => text.padEnd(column === 0 ? 33 : 11)).join('');
  console.log([head, ...rows].map(line).join('\n'));
  const never = rows.flatMap(([name, ...cells]) => (cells.includes('never') ? [name] : []));
  expect(never.toSorted()).toEqual(withoutConflict.toSorted());
});
