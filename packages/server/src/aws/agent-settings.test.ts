import { expect, test } from 'vitest';
import { settingsFor } from './agent-settings.ts';

const interval = (userAgent: string, isSelf: boolean) =>
  settingsFor(userAgent, isSelf).agentParameters.SamplingIntervalInMilliseconds;

test('only our agent in the server itself looks ten times as close', () => {
  expect(interval('everflame-agent-nodejs/0.1.0', true)).toBe('10');
  expect(interval('everflame-agent-nodejs/0.1.0', false)).toBe('100');
  expect(interval('aws-sdk-java/2.9.17', true)).toBe('1000');
});
