import { Problem } from '@everflame/model';
import type { Limits } from '../format.ts';
import { shapeWithin } from './shape.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Refuses JSON whose parsed form would take far more memory than its text, before it is parsed: an
 * array of empty arrays grows twentyfold. Nothing else is checked here.
 */
export function refuseHugeJson(bytes: Uint8Array, limits: Limits): void {
  const most = shapeWithin(limits);
  let depth = 0;
  let values = 0;
  let containers = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = stringEnd(bytes, at + 1);
    else if (byte === COMMA) values++;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      values++;
      containers++;
      if (++depth > most.depth) throw new Problem('stack-too-deep');
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
  }
  const used = Math.max(values / most.values, containers / most.containers);
  if (used > 1) throw new Problem('too-many-nodes');
}

/** Where the string that begins at `from` has its closing quote; the end of the bytes if nowhere. */
function stringEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
