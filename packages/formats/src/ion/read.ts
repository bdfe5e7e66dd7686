import { textOf } from '../text.ts';
import type { IonBounds } from './bounds.ts';
import { readIonBinary } from './read-binary.ts';
import { readIonText } from './read-text.ts';

/** How any version of binary Ion begins: no text does. */
export const isIonBinary = (head: Uint8Array): boolean =>
  head[0] === 0xe0 && head[1] === 0x01 && head[3] === 0xea;

/** The top-level values of a document, binary or text. Throws Problems only. */
export const ionValues = (bytes: Uint8Array, bounds: IonBounds): unknown[] =>
  isIonBinary(bytes) ? readIonBinary(bytes, bounds) : readIonText(textOf(bytes), bounds);
