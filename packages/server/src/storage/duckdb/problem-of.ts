import { Problem } from '@everflame/model';

/** What DuckDB says, by its wording: it gives no codes. The contract tests provoke each on a real folder. */
const meanings = [
  [
    'folder-in-use',
    /could not set lock|conflicting lock|already (open|attached)|unique file handle/i,
  ],
  ['storage-full', /no space left on device|disk quota exceeded|disk is full/i],
  [
    'folder-not-writable',
    /permission denied|read-only file system|cannot open file .*(denied|read-only)/i,
  ],
  [
    'folder-corrupt',
    /not a valid duckdb|could not read enough bytes|checksum|corrupt|failed to deserialize|serialization error|different duckdb version|older or newer version|trying to read (past|at|a)/i,
  ],
] as const;

/** The user's problem behind an error of the engine, or the error itself. */
export function problemOf(cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof Problem) return cause;
  const meaning = meanings.find(([, words]) => words.test(cause.message));
  return meaning === undefined ? cause : new Problem(meaning[0], undefined, { cause });
}

/** The engine refuses everything after this until the file is opened anew. */
export const isFatal = (cause: unknown): boolean =>
  cause instanceof Error && /FATAL|has been invalidated/i.test(cause.message);

/** Two transactions met. Running the later one again is right. */
export const isConflict = (cause: unknown): boolean =>
  cause instanceof Error && /conflict/i.test(cause.message) && /transaction/i.test(cause.message);
