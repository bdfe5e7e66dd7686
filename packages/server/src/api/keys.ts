import { AccessKeyList, CreatedAccessKey, NewAccessKey } from '@everflame/api';
import { Problem } from '@everflame/model';
import { z } from 'zod';
import { addKey } from '../auth/add-key.ts';
import { refuseBygone } from '../auth/admit.ts';
import { json, type Route, route, smallBody } from './route.ts';

const listKeys = route({
  method: 'GET',
  path: '/api/v1/keys',
  summary: 'Access keys by name, without their secrets',
  right: 'administer',
  query: z.object({}),
  answers: { 200: { description: 'All keys', content: { 'application/json': AccessKeyList } } },
  answer: async ({ needs }) => json({ keys: await needs.catalog.keys.list() }),
});

const createKey = route({
  method: 'POST',
  path: '/api/v1/keys',
  summary:
    'Make an access key; its secret is told once. As soon as there is one, everybody needs one',
  right: 'administer',
  query: z.object({}),
  body: { 'application/json': NewAccessKey },
  answers: { 201: { description: 'Made', content: { 'application/json': CreatedAccessKey } } },
  answer: async ({ visit, needs }) => {
    const { key, secret } = await addKey(
      needs.catalog.keys,
      await smallBody(NewAccessKey, visit, needs),
    );
    visit.log.info({ made: key.id, name: key.name, role: key.role }, 'an access key was made');
    return json({ key, secret }, 201);
  },
});

const revokeKey = route({
  method: 'DELETE',
  path: '/api/v1/keys/{id}',
  summary: 'Revoke an access key; at once nobody is let in with it',
  right: 'administer',
  query: z.object({}),
  answers: { 204: { description: 'Revoked' } },
  answer: async ({ visit, needs, parameters }) => {
    const { id = '' } = parameters;
    // So one administrator is always left: without any key, everybody on this machine would be one.
    if (visit.access?.key.id === id) {
      throw new Problem('forbidden', 'A key cannot revoke itself: use another administrator’s.');
    }
    // Of two administrators who revoke each other, one is first.
    refuseBygone(visit, needs);
    await needs.catalog.keys.revoke(id);
    visit.log.info({ revoked: id }, 'an access key was revoked');
    return new Response(null, { status: 204 });
  },
});

export const keyRoutes: readonly Route[] = [listKeys, createKey, revokeKey];
