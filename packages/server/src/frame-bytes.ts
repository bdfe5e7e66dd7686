import type { FrameTable } from '@everflame/model';

/** Identity, runtime, and the headers of three strings. */
const FRAME_BYTES = 80;

/** What a table of frames holds in memory, about. Names are mostly short, and up to the limit where someone means harm. */
export function frameBytes({ length, name, file, module }: FrameTable): number {
  let characters = 0;
  for (let frame = 0; frame < length; frame++) {
    characters += (name[frame] ?? '').length + (file[frame] ?? '').length;
    characters += (module[frame] ?? '').length;
  }
  return length * FRAME_BYTES + characters;
}
