import { describe, expect, test } from 'vitest';
import { routes } from '../api/door.ts';
import { operations } from '../aws/operations.ts';
import { type Role, roles } from '../storage/keys.ts';
import { hasRight, isWithin, type Right } from './rights.ts';

/** What each operation of AWS's API does, all 23 of them. */
const rightOf: Readonly<Record<string, Right>> = {
  AddNotificationChannels: 'change',
  BatchGetFrameMetricData: 'read',
  ConfigureAgent: 'report',
  CreateProfilingGroup: 'report',
  DeleteProfilingGroup: 'change',
  DescribeProfilingGroup: 'read',
  GetFindingsReportAccountSummary: 'read',
  GetNotificationConfiguration: 'read',
  GetPolicy: 'read',
  GetProfile: 'read',
  GetRecommendations: 'read',
  ListFindingsReports: 'read',
  ListProfileTimes: 'read',
  ListProfilingGroups: 'read',
  ListTagsForResource: 'read',
  PostAgentProfile: 'report',
  PutPermission: 'change',
  RemoveNotificationChannel: 'change',
  RemovePermission: 'change',
  SubmitFeedback: 'change',
  TagResource: 'change',
  UntagResource: 'change',
  UpdateProfilingGroup: 'change',
};

test('every operation of AWS’s API has the right that it should', () => {
  const declared = Object.fromEntries(operations.map(({ name, right }) => [name, right]));
  expect(declared).toEqual(rightOf);
});

/** Routes that do something else than their method says. */
const unusual: Readonly<Record<string, Right>> = {
  'POST /api/v1/groups': 'report',
  'POST /api/v1/groups/{group}/profiles': 'report',
  'POST /api/v1/groups/{group}/frames': 'read',
  'GET /api/v1/keys': 'administer',
  'POST /api/v1/keys': 'administer',
  'DELETE /api/v1/keys/{id}': 'administer',
};

test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s reads if it is a GET, and changes otherwise, unless it is known for something else',
  (name, { method, right }) => {
    expect(right).toBe(unusual[name] ?? (method === 'GET' ? 'read' : 'change'));
  },
);

describe('a role may', () => {
  const may: Readonly<Record<Role, string>> = {
    agent: 'report',
    viewer: 'read',
    operator: 'change read report',
    admin: 'administer change read report',
  };
  test.each(roles)('%s', (role) => {
    const rights = (['administer', 'change', 'read', 'report'] as const).filter((right) =>
      hasRight(role, right),
    );
    expect(rights.join(' ')).toBe(may[role]);
  });
});

test('a key sees the groups that it names, and those that begin as one with a star', () => {
  const key = { groups: ['shop', 'pay-*'] };
  const seen = ['shop', 'pay-', 'pay-roll', 'shop2', 'Shop', 'pay', 'my-pay-roll', '*', ''];
  expect(seen.filter((name) => isWithin(key, name))).toEqual(['shop', 'pay-', 'pay-roll']);
  expect(seen.every((name) => isWithin({ groups: ['*'] }, name))).toBe(true);
  expect(seen.every((name) => isWithin({}, name))).toBe(true);
  expect(seen.some((name) => isWithin({ groups: [] }, name))).toBe(false);
});
