import { beforeEach, expect, test } from 'vitest';
import { Contact, reasonOf } from './contact.ts';

let lines: string[];
let contact: Contact;
const log = {
  info: (line: string) => void lines.push(line),
  debug: () => {},
  news: (line: string) => void lines.push(line),
};

beforeEach(() => {
  lines = [];
  contact = new Contact(log, { group: 'shop', server: 'http://s:1', note: undefined });
});

test('the first success is said, and no other', () => {
  contact.succeeded('asking');
  contact.succeeded('sending');
  contact.succeeded('asking');
  expect(lines).toEqual(['profiles into shop at http://s:1']);
});

test('an outage is said once, and its end', () => {
  contact.succeeded('asking');
  for (const reason of ['refused', 'reset', 'refused']) contact.failed('asking', reason);
  contact.succeeded('asking');
  contact.failed('asking', 'refused');
  expect(lines.slice(1)).toEqual([
    'profiles do not reach http://s:1: refused; it goes on trying',
    'profiles reach http://s:1 again',
    'profiles do not reach http://s:1: refused; it goes on trying',
  ]);
});

test('an outage is over when nothing fails any more', () => {
  contact.succeeded('asking');
  contact.failed('sending', '422 too old');
  contact.succeeded('asking');
  contact.failed('asking', 'refused');
  contact.succeeded('sending');
  expect(lines).toHaveLength(2);
  contact.succeeded('asking');
  expect(lines.at(-1)).toBe('profiles reach http://s:1 again');
});

test('a first success after an outage is told as a first success', () => {
  contact.failed('asking', 'refused');
  contact.succeeded('asking');
  expect(lines.slice(1)).toEqual(['profiles into shop at http://s:1']);
});

test('a server that wants no profiles yet is not said to get them', () => {
  contact.succeeded('asking', false);
  expect(lines).toEqual([]);
  contact.succeeded('asking', true);
  expect(lines).toEqual(['profiles into shop at http://s:1']);
});

test('at the end nothing is promised', () => {
  contact.isLast = true;
  contact.failed('sending', 'refused');
  expect(lines).toEqual(['profiles do not reach http://s:1: refused; there is no further attempt']);
});

test('what the server says of a profile is passed on', () => {
  contact.warned(['no such label']);
  expect(lines).toEqual(['the server says: no such label']);
});

test('muted it says nothing', () => {
  contact.mute();
  contact.warned(['no such label']);
  contact.failed('asking', 'refused');
  contact.succeeded('asking');
  expect(lines).toEqual([]);
});

test('a reason is never empty', () => {
  expect(reasonOf(new Error('connect ECONNREFUSED'))).toBe('connect ECONNREFUSED');
  expect(reasonOf(new AggregateError([], ''))).toBe('AggregateError');
  expect(reasonOf(undefined)).toBe('undefined');
});
