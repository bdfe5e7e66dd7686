import { high, low } from './byte-order.ts';
import type { FrameTable } from './frame-table.ts';

/**
 * 64-bit identities, so that writers on many machines agree without asking each other. They are stored,
 * so what is computed here never changes.
 *
 * Two 32-bit lanes, for JavaScript has no fast 64-bit integers. A round is a bijection of both lanes and
 * each lane feeds the other, as in MurmurHash3; lanes that ran side by side (as in cyrb53) would share
 * their low bits and be worth far less than 64. Not made to withstand chosen collisions.
 * Ids are values: the same number on machines of either byte order.
 */

/** Identity of every tree's root. */
export const rootNodeId = 0n;

/** Hash of name, file, module and runtime, per row. */
export function frameIds(frames: FrameTable): BigUint64Array {
  const ids = new BigUint64Array(frames.length);
  const words = new Uint32Array(ids.buffer);
  const lanes = new Uint32Array(2);
  for (let row = 0; row < frames.length; row++) {
    lanes[0] = 0x9e3779b9;
    lanes[1] = 0x7f4a7c15;
    addText(lanes, frames.name[row]!);
    addText(lanes, frames.file[row]!);
    addText(lanes, frames.module[row]!);
    round(lanes, frames.runtime[row]!);
    finish(lanes);
    words[row * 2 + low] = lanes[0]!;
    words[row * 2 + high] = lanes[1]!;
  }
  return ids;
}

/** Hash of the path of frames from the root, per node: of the parent's id and the frame's. */
export function nodeIds(
  tree: { readonly length: number; readonly parent: Int32Array; readonly frame: Uint32Array },
  idsOfFrames: BigUint64Array,
): BigUint64Array {
  const { length, parent, frame } = tree;
  const ids = new BigUint64Array(length);
  const words = new Uint32Array(ids.buffer);
  const frames = new Uint32Array(
    idsOfFrames.buffer,
    idsOfFrames.byteOffset,
    idsOfFrames.length * 2,
  );
  const lanes = new Uint32Array(2);
  for (let node = 1; node < length; node++) {
    const caller = parent[node]! * 2;
    const callee = frame[node]! * 2;
    lanes[0] = words[caller + low]!;
    lanes[1] = words[caller + high]!;
    round(lanes, frames[callee + low]!);
    round(lanes, frames[callee + high]!);
    finish(lanes);
    words[node * 2 + low] = lanes[0]!;
    words[node * 2 + high] = lanes[1]!;
  }
  return ids;
}

/** 16 hex digits, for addresses and JSON. */
export const hashHex = (id: bigint): string => id.toString(16).padStart(16, '0');

/** What `hashHex` wrote; undefined where the text is not 16 hex digits. */
export const hashOfHex = (text: string): bigint | undefined =>
  /^[0-9a-f]{16}$/.test(text) ? BigInt(`0x${text}`) : undefined;

/** Two UTF-16 code units a round, then the length, so that no two lists of texts give the same rounds. */
function addText(lanes: Uint32Array, text: string): void {
  const { length } = text;
  for (let i = 0; i + 1 < length; i += 2) {
    round(lanes, text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16));
  }
  if (length % 2 === 1) round(lanes, text.charCodeAt(length - 1));
  round(lanes, length);
}

function round(lanes: Uint32Array, word: number): void {
  let a = lanes[0]!;
  let b = lanes[1]!;
  const k = Math.imul(word, 0x239b961b);
  a ^= Math.imul((k << 15) | (k >>> 17), 0xab0e9789);
  a = (((a << 19) | (a >>> 13)) + b) | 0;
  a = (Math.imul(a, 5) + 0x561ccd1b) | 0;
  const l = Math.imul(word, 0xab0e9789);
  b ^= Math.imul((l << 16) | (l >>> 16), 0x38b34ae5);
  b = (((b << 17) | (b >>> 15)) + a) | 0;
  b = (Math.imul(b, 5) + 0x0bcaa747) | 0;
  lanes[0] = a;
  lanes[1] = b;
}

function finish(lanes: Uint32Array): void {
  let a = (lanes[0]! + lanes[1]!) | 0;
  let b = (lanes[1]! + a) | 0;
  a = avalanche(a);
  b = avalanche(b);
  a = (a + b) | 0;
  lanes[0] = a;
  lanes[1] = b + a;
}

function avalanche(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
