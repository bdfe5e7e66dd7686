import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FleetTurns, GroupTurns } from './fleet-turns.ts';
import { noon, openUnderTest } from './under-test.ts';

const MINUTE = 60_000;
const rule = { instances: 3, turnMs: 15 * MINUTE, nowMs: noon, staysMs: 3 * MINUTE };
const names = (count: number) => Array.from({ length: count }, (_, nth) => `i-${nth}`);

/** Who is told to profile when all ask once. */
const told = (turns: GroupTurns, instances: readonly string[], at: typeof rule) =>
  instances.filter((instance) => turns.ask(instance, at));

test('of a known fleet exactly as many as wanted are told to profile, in whatever order they ask', () => {
  const size = fc.integer({ min: 1, max: 40 });
  const asking = fc.tuple(size, size, fc.integer({ min: 0, max: 1e9 })).chain(([n, k, turn]) =>
    fc.record({
      order: fc.shuffledSubarray(names(n), { minLength: n }),
      at: fc.constant({ ...rule, instances: k, nowMs: turn * rule.turnMs }),
    }),
  );
  fc.assert(
    fc.property(asking, ({ order, at }) => {
      const turns = new GroupTurns([], at);
      told(turns, order, at);
      const next = { ...at, nowMs: at.nowMs + at.turnMs, staysMs: 2 * at.turnMs };
      for (const instance of order) turns.ask(instance, { ...next, nowMs: at.nowMs + 1 });
      const chosen = told(turns, order, next);
      expect(chosen).toHaveLength(Math.min(at.instances, order.length));
      expect(told(turns, order.toReversed(), next).toSorted()).toEqual(chosen.toSorted());
      // Another server that knows the same fleet comes to the same without being asked.
      const seen = order.map((instance) => ({ instance, agent: '', askedMs: at.nowMs }));
      expect(new GroupTurns(seen, next).withTurn.toSorted()).toEqual(chosen.toSorted());
    }),
  );
});

interface Step {
  readonly instance: string;
  readonly laterMs: number;
}

test('as instances come, go and fall silent, turns are never too many nor too few, and nobody loses one early', () => {
  const step = fc.record({
    instance: fc.constantFrom(...names(12)),
    laterMs: fc.integer({ min: 0, max: MINUTE }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 6 }), (steps, k) => {
      let at = { ...rule, instances: k };
      const turns = new GroupTurns([], at);
      const lastAskedMs = new Map<string, number>();
      let held: readonly string[] = [];
      for (const { instance, laterMs } of steps as Step[]) {
        const before = Math.floor(at.nowMs / at.turnMs);
        at = { ...at, nowMs: at.nowMs + laterMs };
        const isSameTurn = Math.floor(at.nowMs / at.turnMs) === before;
        const mayProfile = turns.ask(instance, at);
        lastAskedMs.set(instance, at.nowMs);
        const there = [...lastAskedMs].filter(([, ms]) => ms + at.staysMs > at.nowMs);
        const isThere = new Set(there.map(([name]) => name));
        expect(turns.withTurn).toHaveLength(Math.min(k, isThere.size));
        expect(turns.withTurn.includes(instance)).toBe(mayProfile);
        if (isSameTurn) {
          const kept = held.filter((name) => isThere.has(name));
          expect(turns.withTurn).toEqual(expect.arrayContaining(kept));
        }
        held = turns.withTurn;
      }
    }),
  );
});

test('over many turns all have theirs equally often, and one that came late as often as the others', () => {
  const turns = new GroupTurns([], rule);
  const counts = new Map<string, number>();
  const TURNS = 2000;
  for (let turn = 0; turn < TURNS; turn++) {
    const at = { ...rule, nowMs: noon + turn * rule.turnMs, staysMs: 2 * rule.turnMs };
    const fleet = turn < TURNS / 2 ? names(11) : names(12);
    for (const instance of told(turns, fleet, at)) {
      if (turn > TURNS / 2) counts.set(instance, (counts.get(instance) ?? 0) + 1);
    }
  }
  const expected = ((TURNS / 2 - 1) * rule.instances) / 12;
  expect(counts.size).toBe(12);
  // Six standard deviations of the binomial distribution.
  const slack = 6 * Math.sqrt(expected * (1 - rule.instances / 12));
  for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(slack);
});

test('a change of how many takes effect when they ask next, and loses no more turns than it must', () => {
  const turns = new GroupTurns([], rule);
  const fleet = names(10);
  told(turns, fleet, rule);
  const three = told(turns, fleet, rule);
  const five = told(turns, fleet, { ...rule, instances: 5 });
  expect(five).toHaveLength(5);
  expect(five).toEqual(expect.arrayContaining(three));
  const two = told(turns, fleet, { ...rule, instances: 2 });
  expect(two).toHaveLength(2);
  expect(five).toEqual(expect.arrayContaining(two));
});

test.each([20_000, 10, 10_000])(
  'a fleet of 20,000 that comes up, and is replaced one by one, costs no more than its size, %i at a time',
  (instances) => {
    const fleet = 20_000;
    let at = { ...rule, instances, staysMs: fleet };
    const turns = new GroupTurns([], at);
    const started = performance.now();
    for (let nth = 0; nth < 2 * fleet; nth++) {
      at = { ...at, nowMs: at.nowMs + 1 };
      turns.ask(`i-${nth}`, at);
    }
    expect(turns.withTurn).toHaveLength(instances);
    expect(performance.now() - started).toBeLessThan(30_000);
  },
  60_000,
);

test('after a restart those who had the turn still have it', async () => {
  const server = await openUnderTest();
  const { catalog } = server.needs;
  const { id } = await catalog.createGroup({
    ...{ name: 'shop', computePlatform: 'Default', profilingEnabled: true, tags: {} },
  });
  const nowMs = Math.ceil(noon / rule.turnMs) * rule.turnMs;
  const fleet = names(9);
  const ask = async (turns: FleetTurns, instance: string, later: number) => {
    const asking = { group: id, instance, settings: { instances: 4 }, periodMs: MINUTE };
    const isProfiling = await turns.mayProfile({ ...asking, nowMs: nowMs + later });
    catalog.fleet.note(id, { instance, agent: '', askedMs: nowMs + later, isProfiling });
    return isProfiling ? instance : undefined;
  };
  const askAll = async (turns: FleetTurns, later: number) =>
    (await Promise.all(fleet.map((instance) => ask(turns, instance, later)))).filter(Boolean);
  const turns = new FleetTurns(catalog.fleet);
  // The first four who came, not the four best.
  const had = await askAll(turns, 1);
  expect(had).toEqual(fleet.slice(0, 4));
  expect(await askAll(new FleetTurns(catalog.fleet), 2)).toEqual(had);
  await server.close();
});
