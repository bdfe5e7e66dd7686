import { expect, test } from 'vitest';
import { matchPath, rawPath } from './match-path.ts';

test('a parameter is one raw segment, decoded afterwards', () => {
  expect(matchPath('/tags/{arn}', '/tags/arn%3Aaws%3Ax%2Fg')).toEqual({ arn: 'arn:aws:x/g' });
  expect(matchPath('/tags/{arn}', '/tags/a/b')).toBeUndefined();
});

test('fixed segments must be equal as sent', () => {
  expect(matchPath('/a/{x}/b', '/a/1/b')).toEqual({ x: '1' });
  expect(matchPath('/a/{x}/b', '/a/1/c')).toBeUndefined();
  expect(matchPath('/a/{x}/b', '/%61/1/b')).toBeUndefined();
  expect(matchPath('/a', '/a/')).toBeUndefined();
});

test('empty and undecodable parameters fit nothing', () => {
  expect(matchPath('/a/{x}', '/a/')).toBeUndefined();
  expect(matchPath('/a/{x}', '/a/%E0%A4%A')).toBeUndefined();
});

test('the raw path keeps its encoding and loses its query', () => {
  expect(rawPath('http://localhost:4100/tags/a%2Fb?x=/y#z')).toBe('/tags/a%2Fb');
  expect(rawPath('http://localhost/')).toBe('/');
});
