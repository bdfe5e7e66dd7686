import { normaliseFile, normaliseName, type Runtime } from '@everflame/model';
import { moduleOf } from './module-of.ts';

/** Shown where nothing says what ran. */
export const UNKNOWN_NAME = '(unknown)';

export interface RawFrame {
  readonly name: string;
  readonly file: string;
  /** File of the mapping, where there is one. */
  readonly binary?: string;
}

/** A function of an upload as our tables keep it. */
export function normalisedFrame(runtime: Runtime, { name, file, binary }: RawFrame) {
  const shown = normaliseName(runtime, name) || UNKNOWN_NAME;
  const path = normaliseFile(runtime, file);
  return {
    name: shown,
    file: path,
    module: moduleOf(runtime, { name: shown, file: path, binary }),
  };
}
