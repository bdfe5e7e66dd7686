// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import type { NewGroup } from './catalog.ts';
import type { OpenCatalog } from './catalog-contract.ts';
import type { FindingsReport, NewReport, Recommendation } from './findings.ts';

const noon = Date.UTC(2026, 5, 1, 12);
const HOUR_MS = 3_600_000;

const named = (name: string): NewGroup => ({
  ...{ name, computePlatform: 'Default', profilingEnabled: true, tags: {} },
});

const recommendation = (fromMs: number, name = 'logging'): Recommendation => ({
  pattern: {
    ...{ id: name, name, description: 'It’s "dear".', resolutionSteps: 'Log less.' },
    targetFrames: [['app.Log.write', 'java.lang.String.format']],
    countersToAggregate: ['RUNNABLE'],
    thresholdPercent: 2.5,
  },
  allMatchesCount: 2,
  allMatchesSum: 12.25,
  topMatches: [{ frameAddress: 'ALL/app', targetFramesIndex: 0, thresholdBreachValue: 12.25 }],
  ...{ fromMs, toMs: fromMs + HOUR_MS },
});

const hourly = (group: number, hour: number, more: Partial<NewReport> = {}): NewReport => {
  const fromMs = noon + hour * HOUR_MS;
  const window = { fromMs, toMs: fromMs + HOUR_MS };
  return { group, ...window, isDaily: false, recommendations: [recommendation(fromMs)], ...more };
};

const all = { fromMs: 0, toMs: noon + 1000 * HOUR_MS };
const hours = (reports: readonly FindingsReport[]) =>
  reports.map(({ fromMs }) => (fromMs - noon) / HOUR_MS);

/** What every catalogue promises of what was found in its groups. */
export function keepsTheFindingsContract(open: OpenCatalog): void {
  keepsReports(open);
  keepsAnomalies(open);
}

function keepsReports(open: OpenCatalog): void {
  test('a report comes back with its recommendations, and a second one of its window replaces it', async () => {
    const { catalog, reopen } = await open(noon);
    const { id: group } = await catalog.createGroup(named('shop'));
    const report = await catalog.findings.putReport(hourly(group, 0));
    expect(report).toMatchObject({ group, groupName: 'shop', isDaily: false, total: 1 });
    const { findings } = await reopen();
    expect(await findings.reports({ limit: 10 })).toEqual([report]);
    expect(await findings.recommendations(group, all)).toEqual([recommendation(noon)]);
    const recommendations = [recommendation(noon, 'one'), recommendation(noon, 'two')];
    const again = await findings.putReport(hourly(group, 0, { recommendations }));
    expect(again).toEqual({ ...report, total: 2 });
    expect(await findings.recommendations(group, all)).toEqual(recommendations);
    expect(await findings.recommendations(group, { fromMs: 0, toMs: noon })).toEqual([]);
    await expect(findings.putReport(hourly(group + 99, 0))).rejects.toMatchObject({
      code: 'unknown-group',
    });
  });

  test('reports come newest first, page after page, of one group or all, of hours or days', async () => {
    const { catalog } = await open(noon);
    const { findings } = catalog;
    const { id: shop } = await catalog.createGroup(named('shop'));
    const { id: other } = await catalog.createGroup(named('other'));
    for (const hour of [2, 0, 3, 1]) await findings.putReport(hourly(shop, hour));
    await findings.putReport(hourly(shop, -24, { toMs: noon + 1, isDaily: true }));
    await findings.putReport(hourly(other, 1));
    const [first, second] = await findings.reports({ group: shop, limit: 2 });
    expect(hours([first!, second!])).toEqual([3, 2]);
    const rest = await findings.reports({ group: shop, after: second, limit: 10 });
    expect(hours(rest)).toEqual([1, 0, -24]);
    expect(hours(await findings.reports({ isDaily: true, limit: 10 }))).toEqual([-24]);
    expect(hours(await findings.reports({ isDaily: false, limit: 10 }))).toEqual([3, 2, 1, 1, 0]);
    const range = { fromMs: noon + HOUR_MS, toMs: noon + 2 * HOUR_MS };
    expect(hours(await findings.reports({ group: shop, range, limit: 10 }))).toEqual([1]);
    expect(hours(await findings.reports({ within: ['oth*', 'none'], limit: 10 }))).toEqual([1]);
    expect(await findings.reports({ within: [], limit: 10 })).toEqual([]);
    const paged: FindingsReport[] = [];
    for (;;) {
      const page = await findings.reports({ after: paged.at(-1), limit: 1 });
      if (page.length === 0) break;
      paged.push(...page);
    }
    expect(paged).toEqual(await findings.reports({ limit: 10 }));
    await findings.forgetBefore(noon + 3 * HOUR_MS);
    expect(hours(await findings.reports({ limit: 10 }))).toEqual([3, 2]);
    await catalog.deleteGroup('shop');
    expect(await findings.reports({ limit: 10 })).toEqual([]);
    expect(await findings.recommendations(shop, all)).toEqual([]);
  });
}

function keepsAnomalies(open: OpenCatalog): void {
  test('an anomaly keeps the feedback that its instances were given', async () => {
    const { catalog, reopen } = await open(noon);
    const { id: group } = await catalog.createGroup(named('shop'));
    const { id: other } = await catalog.createGroup(named('other'));
    const [one, two] = [
      { id: 'one', fromMs: noon, toMs: noon + 5 },
      { id: 'two', fromMs: noon + 9 },
    ];
    const about = { reason: 'more than usual', frame: 'app.Main', states: ['RUNNABLE'] } as const;
    const anomaly = await catalog.findings.putAnomaly(group, { ...about, instances: [one, two] });
    const again = await reopen();
    const { findings } = again;
    const found = async (range = all) => (await findings.anomalies(group, range))[0]?.instances;
    expect(await findings.anomalies(group, all)).toEqual([anomaly]);
    expect(await found({ fromMs: noon, toMs: noon + 1 })).toEqual([one]);
    expect(await found({ fromMs: noon + 20, toMs: noon + 21 })).toEqual([two]);
    expect(await findings.anomalies(group, { fromMs: 0, toMs: noon })).toEqual([]);
    const feedback = { type: 'Negative', comment: 'it’s a "test"' } as const;
    await findings.giveFeedback(group, 'two', feedback);
    await expect(findings.giveFeedback(other, 'two', feedback)).rejects.toMatchObject({
      code: 'unknown-anomaly',
    });
    const closed = { id: 'two', fromMs: noon + 9, toMs: noon + 30 };
    await findings.putAnomaly(group, { ...about, id: anomaly.id, instances: [closed] });
    expect(await found()).toEqual([{ ...closed, feedback }]);
    await findings.forgetBefore(noon + 31);
    expect(await findings.anomalies(group, all)).toEqual([]);
    await findings.putAnomaly(group, { ...about, instances: [one] });
    await again.deleteGroup('shop');
    expect(await findings.anomalies(group, all)).toEqual([]);
  });
}
