import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellsOf, visibleText } from './visible-text.ts';

test('controls, marks that turn text around, and characters without a width become visible', () => {
  expect(visibleText('a\u0000b\nc\u007f')).toBe('a␀b␊c␡');
  expect(visibleText('user\u202egnp.exe')).toBe('user‹202e›gnp.exe');
  expect(visibleText('zero\u200bwidth\ufeff')).toBe('zero‹200b›width‹feff›');
  expect(visibleText('אבג plain <b>')).toBe('אבג plain <b>');
});

test('whatever comes, nothing invisible is left, and showing twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visibleText(text);
      expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b-\u200f]/u);
      expect(visibleText(shown)).toBe(shown);
    }),
  );
});

test('wide characters take two cells', () => {
  expect(cellsOf('abc')).toBe(3);
  expect(cellsOf('測試')).toBe(4);
  expect(cellsOf('🔥')).toBe(2);
});
