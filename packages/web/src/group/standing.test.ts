import type { GroupSummary } from '@everflame/api';
import { expect, test } from 'vitest';
import { standing } from './standing.ts';

const noon = Date.UTC(2026, 10, 22, 12);
const group = (seconds: number, more: Partial<GroupSummary> = {}): GroupSummary => ({
  name: 'shop',
  computePlatform: 'Default',
  profilingEnabled: true,
  tags: {},
  createdMs: 0,
  status: 'reporting',
  lastAgentMs: noon,
  lastProfileMs: noon - seconds * 1000,
  instances: 1,
  runtimes: ['nodejs 20.20.2'],
  cpuCores: [],
  ...more,
});

test('a group is silent once three of its periods have brought nothing', () => {
  expect(standing(group(170), noon)).toBe('reporting');
  expect(standing(group(190), noon)).toBe('silent');
  expect(standing(group(890, { runtimes: ['jvm'] }), noon)).toBe('reporting');
  expect(standing(group(910, { runtimes: ['jvm'] }), noon)).toBe('silent');
});

test('a group that never had an agent has uploads, however long ago', () => {
  const fed = { lastAgentMs: undefined };
  expect(standing(group(10, fed), noon)).toBe('uploads');
  expect(standing(group(86_400, { ...fed, status: 'stale' }), noon)).toBe('uploads');
});

test('a pause and a group without profiles are said before all else', () => {
  expect(standing(group(9999, { status: 'paused' }), noon)).toBe('paused');
  expect(standing(group(0, { status: 'waiting', lastAgentMs: undefined }), noon)).toBe('waiting');
});
