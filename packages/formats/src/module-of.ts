import type { Runtime } from '@everflame/model';

interface Place {
  /** Normalised. */
  readonly name: string;
  readonly file: string;
  /** File of the mapping, where there is one. */
  readonly binary?: string;
}

/** The package, library or binary that a function belongs to, '' where nothing tells. */
export function moduleOf(runtime: Runtime, place: Place): string {
  switch (runtime) {
    case 'go':
      return goPackage(place.name);
    case 'nodejs':
      return nodePackage(place.file);
    case 'python':
      return lastFound(place.file, pythonFolder).replace(/\.py$/, '');
    case 'ruby':
      return lastFound(place.file, rubyFolder);
    case 'jvm':
      return /^((?:[a-z_]\w*\.)+)(?=[A-Z])/.exec(place.name)?.[1]?.slice(0, -1) ?? '';
    case 'php':
    case 'dotnet':
    case 'rust':
    case 'native':
    case 'other':
      return baseName(place.binary ?? '');
  }
}

export const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);

/** "compress/flate.(*compressor).init" → "compress/flate". Type arguments may hold slashes. */
function goPackage(name: string): string {
  const bracket = name.indexOf('[');
  const plain = bracket < 0 ? name : name.slice(0, bracket);
  const dot = plain.indexOf('.', plain.lastIndexOf('/') + 1);
  return dot < 0 ? '' : plain.slice(0, dot);
}

// Below, the innermost folder counts: that package's code is running. Expressions that begin with ".*" would find
// it as well, in a time that grows with the square of the file name's length.

const pythonFolder = /[/\\](?:site|dist)-packages[/\\]([^/\\]+)/g;
/** "rack-test-1.1.0": the version begins after the last hyphen that a digit follows. */
const rubyFolder = /\/gems\/(?=[^/]*\/)([^/]+)-\d/g;

const lastFound = (file: string, folder: RegExp): string =>
  [...file.matchAll(folder)].at(-1)?.[1] ?? '';

function nodePackage(file: string): string {
  if (file.startsWith('node:')) return file;
  const at = file.lastIndexOf('node_modules');
  if (at < 0) return '';
  return /^node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/.exec(file.slice(at))?.[1] ?? '';
}
