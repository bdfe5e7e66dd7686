import { writeSync } from 'node:fs';

export const logLevels = ['silent', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Log {
  /** What the person who runs the application should know: rare, and each said once. */
  readonly info: (message: string) => void;
  /** The same, said each time: for a caller that knows what it has said. */
  readonly news: (message: string) => void;
  readonly debug: (message: string) => void;
}

/** Lines on standard error. */
export function createLog(level: LogLevel): Log {
  const said = new Set<string>();
  return {
    info: (message) => {
      if (level === 'silent' || said.has(message) || said.size > 100) return;
      said.add(message);
      write(message);
    },
    news: (message) => {
      if (level !== 'silent') write(message);
    },
    debug: (message) => {
      if (level === 'debug') write(message);
    },
  };
}

// Not `process.stderr`: touching it opens a handle that the application may never have asked for, and in a
// worker thread it is a stream that the main thread has to empty.
function write(message: string): void {
  try {
    // One line each: what a server answered may hold anything.
    writeSync(2, `everflame: ${message.replace(/[\p{Cc}\s]+/gu, ' ')}\n`);
  } catch {
    // Standard error is closed or full. There is nobody left to tell.
  }
}
