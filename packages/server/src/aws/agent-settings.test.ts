import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settingsFor, toldOf } from './agent-settings.ts';

const java = { userAgent: 'aws-sdk-java/2.9.17', isSelf: false };
const ours = { userAgent: 'everflame-agent-nodejs/0.1.0', isSelf: false };

const interval = (userAgent: string, isSelf: boolean) =>
  settingsFor({ userAgent, isSelf }).agentParameters.SamplingIntervalInMilliseconds;

test('only our agent in the server itself looks ten times as close', () => {
  expect(interval('everflame-agent-nodejs/0.1.0', true)).toBe('10');
  expect(interval('everflame-agent-nodejs/0.1.0', false)).toBe('100');
  expect(interval('aws-sdk-java/2.9.17', true)).toBe('1000');
});

test('settings of a group win over the habits of an agent, and what they leave out stays', () => {
  const settings = { samplingIntervalMs: 20, periodSeconds: 30 };
  expect(settingsFor(ours, settings)).toMatchObject({
    periodInSeconds: 30,
    agentParameters: {
      SamplingIntervalInMilliseconds: '20',
      ReportingIntervalInMilliseconds: '30000',
    },
  });
  expect(settingsFor(ours, { periodSeconds: 30 }).agentParameters).toMatchObject({
    SamplingIntervalInMilliseconds: '100',
  });
  expect(settingsFor(java, settings).agentParameters).toMatchObject({
    SamplingIntervalInMilliseconds: '100',
    MemoryUsageLimitPercent: '90',
  });
});

test('our agent keeps its own options where its group says nothing, and is told what the group says', () => {
  expect(toldOf(ours, {})).toEqual({});
  expect(toldOf(ours, { periodSeconds: 30 })).toEqual({ periodInSeconds: 30 });
  expect(toldOf(ours, { samplingIntervalMs: 20 })).toMatchObject({
    agentParameters: { SamplingIntervalInMilliseconds: '20' },
  });
  expect(toldOf(java, {})).toEqual(settingsFor(java));
  expect(toldOf({ ...ours, isSelf: true }, {}).periodInSeconds).toBe(15);
});

/** What the official Python agent does with an answer: whether it goes on, and at what limit of CPU it ends. */
function asPythonReads({ periodInSeconds, agentParameters }: ReturnType<typeof settingsFor>) {
  const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : Number.NaN);
  const minimumMs = number(agentParameters.MinimumTimeForReportingInMilliseconds);
  return {
    isKept: periodInSeconds * 1000 >= minimumMs,
    limitPercent: number(agentParameters.MemoryUsageLimitPercent),
    intervalMs: number(agentParameters.SamplingIntervalInMilliseconds),
  };
}

test('whatever the settings, an official agent keeps the answer and what it may take does not shrink', () => {
  const settings = fc.record(
    {
      samplingIntervalMs: fc.integer({ min: 1, max: 10_000 }),
      periodSeconds: fc.integer({ min: 1, max: 3600 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(settings, fc.constantFrom(java, ours), (given, asking) => {
      const answer = settingsFor(asking, given);
      const read = asPythonReads(answer);
      expect(read.isKept).toBe(true);
      expect(read.limitPercent).toBeGreaterThanOrEqual(10);
      expect(read.limitPercent).toBeLessThan(100);
      expect(read.intervalMs).toBeGreaterThanOrEqual(1);
      expect(read.intervalMs).toBeLessThanOrEqual(answer.periodInSeconds * 1000);
      // Milliseconds of CPU that one look may take: a tenth of a second, as at AWS, unless that is all there is.
      const allowedMs = (read.limitPercent / 100) * read.intervalMs;
      expect(allowedMs).toBeGreaterThanOrEqual(Math.min(100, 0.9 * read.intervalMs) - 1e-9);
      for (const text of Object.values(answer.agentParameters)) expect(text).toMatch(/^\d+$/);
    }),
  );
});
