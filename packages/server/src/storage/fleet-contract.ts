// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import type { NewGroup } from './catalog.ts';
import type { OpenCatalog } from './catalog-contract.ts';
import type { AgentSeen } from './fleet.ts';

const noon = Date.UTC(2026, 5, 1, 12);

const named = (name: string): NewGroup => ({
  ...{ name, computePlatform: 'Default', profilingEnabled: true, tags: {} },
});

/** What every catalogue promises of its fleet. */
export function keepsTheFleetContract(open: OpenCatalog): void {
  notesAgents(open);
  countsAndForgets(open);
}

function notesAgents(open: OpenCatalog): void {
  test('an instance is known as it was seen last, at once and after reopening', async () => {
    const { catalog, reopen } = await open(noon);
    const { id } = await catalog.createGroup(named('shop'));
    const { fleet } = catalog;
    fleet.note(id, { instance: 'i-2', agent: 'sdk/1', askedMs: noon, isProfiling: true });
    fleet.note(id, { instance: 'i-1', agent: 'curl', reportedMs: noon - 5 });
    fleet.note(id, { instance: 'i-2', agent: 'agent 2', reportedMs: noon + 1 });
    fleet.note(id, { instance: 'i-2', agent: 'sdk/1', askedMs: noon + 2, isProfiling: false });
    fleet.note(id, { instance: 'i-2', agent: 'sdk/1', askedMs: noon + 1, isProfiling: true });
    const seen: AgentSeen[] = [
      { instance: 'i-1', agent: 'curl', reportedMs: noon - 5 },
      {
        ...{ instance: 'i-2', agent: 'agent 2', isProfiling: false },
        ...{ askedMs: noon + 2, reportedMs: noon + 1 },
      },
    ];
    expect(await fleet.agents(id, 0, 10)).toEqual(seen);
    const again = (await reopen()).fleet;
    expect(await again.agents(id, 0, 10)).toEqual(seen);
    again.note(id, { instance: 'i-2', agent: 'sdk/2', askedMs: noon + 3, isProfiling: true });
    again.note(id, { instance: 'i-1', agent: 'curl', reportedMs: noon - 9 });
    const later = [seen[0], { ...seen[1], askedMs: noon + 3, isProfiling: true }];
    expect(await again.agents(id, 0, 10)).toEqual(later);
    expect(await again.agents(id, 0, 1)).toEqual(later.slice(0, 1));
    expect(await again.agents(id, noon, 10)).toEqual(later.slice(1));
  });

  test('what is noted in any order, with writes in between or not, comes to the same', async () => {
    const { catalog } = await open(noon);
    const { fleet } = catalog;
    const notes: AgentSeen[] = [
      { instance: 'i', agent: 'sdk', askedMs: noon + 2, isProfiling: true },
      { instance: 'i', agent: 'agent', reportedMs: noon + 1 },
      { instance: 'i', agent: 'sdk', askedMs: noon + 1, isProfiling: false },
    ];
    const orders = notes.flatMap((one) =>
      notes
        .filter((two) => two !== one)
        .map((two) => [one, two, ...notes.filter((three) => three !== one && three !== two)]),
    );
    for (const [index, order] of orders.entries()) {
      for (const isWritten of [false, true]) {
        const { id } = await catalog.createGroup(named(`g${index}${isWritten}`));
        for (const note of order) {
          fleet.note(id, note);
          if (isWritten) await fleet.asking(0);
        }
        expect(await fleet.agents(id, 0, 10)).toEqual([
          { ...notes[0], agent: 'agent', reportedMs: noon + 1 },
        ]);
      }
    }
  });
}

function countsAndForgets(open: OpenCatalog): void {
  test('instances that ask are counted over all groups, many at once too', async () => {
    const { catalog, reopen } = await open(noon);
    const one = await catalog.createGroup(named('one'));
    const two = await catalog.createGroup(named('two'));
    for (let index = 0; index < 250; index++) {
      const instance = `i-${index}`;
      catalog.fleet.note(one.id, { instance, agent: '', askedMs: noon + index });
      catalog.fleet.note(two.id, { instance, agent: '', reportedMs: noon });
    }
    catalog.fleet.note(two.id, { instance: 'i-0', agent: '', askedMs: noon });
    expect(await catalog.fleet.asking(noon)).toBe(251);
    expect(await (await reopen()).fleet.asking(noon + 200)).toBe(50);
  });

  test('instances that were not seen for long are forgotten', async () => {
    const { catalog } = await open(noon);
    const { id } = await catalog.createGroup(named('shop'));
    const { fleet } = catalog;
    fleet.note(id, { instance: 'old', agent: '', askedMs: noon - 10, reportedMs: noon - 20 });
    fleet.note(id, { instance: 'reports', agent: '', askedMs: noon - 10, reportedMs: noon });
    fleet.note(id, { instance: 'asks', agent: '', askedMs: noon });
    await fleet.asking(0);
    await fleet.forgetBefore(noon);
    const left = await fleet.agents(id, 0, 10);
    expect(left.map(({ instance }) => instance)).toEqual(['asks', 'reports']);
  });

  test('who asks for settings while they are set never gets the old ones afterwards', async () => {
    const { catalog } = await open(noon);
    const { id } = await catalog.createGroup(named('shop'));
    for (let periodSeconds = 1; periodSeconds <= 20; periodSeconds++) {
      const set = catalog.fleet.setSettings(id, { periodSeconds });
      const asked = [catalog.fleet.settings(id), catalog.fleet.settings(id)];
      await set;
      expect(await catalog.fleet.settings(id)).toEqual({ periodSeconds });
      await Promise.all(asked);
      expect(await catalog.fleet.settings(id)).toEqual({ periodSeconds });
    }
    const deleted = catalog.deleteGroup('shop');
    await catalog.fleet.settings(id);
    await deleted;
    expect(await catalog.fleet.settings(id)).toEqual({});
  });

  test('settings are kept as they were set last, and go with their group', async () => {
    const { catalog, reopen } = await open(noon);
    const { id } = await catalog.createGroup(named('shop'));
    expect(await catalog.fleet.settings(id)).toEqual({});
    await catalog.fleet.setSettings(id, { samplingIntervalMs: 20, instances: 3 });
    const settings = { periodSeconds: 30, turnSeconds: 60 };
    await catalog.fleet.setSettings(id, settings);
    const again = await reopen();
    expect(await again.fleet.settings(id)).toEqual(settings);
    again.fleet.note(id, { instance: 'i', agent: '', askedMs: noon });
    await again.deleteGroup('shop');
    await again.fleet.setSettings(id, settings);
    again.fleet.note(id, { instance: 'i', agent: '', askedMs: noon });
    expect(await again.fleet.settings(id)).toEqual({});
    expect(await again.fleet.agents(id, 0, 10)).toEqual([]);
    expect(await again.fleet.asking(0)).toBe(0);
  });
}
