import type { Runtime } from '@everflame/model';

const suffixes: Readonly<Record<string, Runtime>> = {
  go: 'go',
  js: 'nodejs',
  mjs: 'nodejs',
  cjs: 'nodejs',
  ts: 'nodejs',
  mts: 'nodejs',
  cts: 'nodejs',
  tsx: 'nodejs',
  jsx: 'nodejs',
  java: 'jvm',
  kt: 'jvm',
  scala: 'jvm',
  groovy: 'jvm',
  clj: 'jvm',
  py: 'python',
  pyx: 'python',
  rb: 'ruby',
  erb: 'ruby',
  php: 'php',
  cs: 'dotnet',
  fs: 'dotnet',
  vb: 'dotnet',
  rs: 'rust',
  c: 'native',
  cc: 'native',
  cpp: 'native',
  h: 'native',
};

/** The language of a source file, undefined where its name does not tell. */
export function runtimeOfFile(file: string): Runtime | undefined {
  if (file.startsWith('node:')) return 'nodejs';
  const dot = file.lastIndexOf('.');
  const suffix = file.slice(dot + 1);
  return dot >= 0 && Object.hasOwn(suffixes, suffix) ? suffixes[suffix] : undefined;
}

/** "java/util/regex/Pattern.peek", "HotApp.lambda$main$0": as JVM tools write names. */
const jvmName = /^(?:[a-z_][\w$]*[./])+[A-Z][\w$]*(?:[./][\w$]+)*\.[\w$<>]+$/;

/** Enough to outvote a stray file; more would only cost time. */
const ENOUGH = 256;

/** What most functions of a profile are written in. Files speak; without any, names may. */
export function runtimeOfFunctions(
  count: number,
  at: (index: number) => { readonly name: string; readonly file: string },
): Runtime {
  const votes = new Map<Runtime, number>();
  const step = Math.max(1, Math.floor(count / ENOUGH));
  for (let index = 0; index < count; index += step) {
    const { name, file } = at(index);
    const runtime = runtimeOfFile(file) ?? (file === '' && jvmName.test(name) ? 'jvm' : undefined);
    if (runtime) votes.set(runtime, (votes.get(runtime) ?? 0) + 1);
  }
  const ranked = [...votes].sort((a, b) => b[1] - a[1]);
  return ranked[0]?.[0] ?? 'other';
}
