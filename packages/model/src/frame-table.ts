export const runtimes = [
  'other',
  'jvm',
  'nodejs',
  'python',
  'go',
  'ruby',
  'php',
  'dotnet',
  'rust',
  'native',
] as const;
export type Runtime = (typeof runtimes)[number];

/**
 * The functions that a profile or a tree speaks of, one row each; (name, file, module, runtime) is unique.
 * Row 0 stands for the root and has an empty name. Lines belong to the tree's nodes, not to the frame.
 */
export interface FrameTable {
  readonly length: number;
  /** As shown to a person, normalised (see normalise.ts). Untrusted text. */
  readonly name: readonly string[];
  /** Source file, '' where unknown. */
  readonly file: readonly string[];
  /** Package, library, binary or module, '' where unknown. */
  readonly module: readonly string[];
  /** Index into `runtimes`. */
  readonly runtime: Uint8Array;
}
