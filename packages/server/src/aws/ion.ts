import { dumpBinary } from 'ion-js';

/** A JSON-like value as binary Ion. */
export const ionBytes = (value: unknown): Uint8Array => dumpBinary(value);
