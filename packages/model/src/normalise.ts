import type { Runtime } from './frame-table.ts';

/**
 * Names come from uploads. No pattern may take longer than in proportion to a name's length: nothing unbounded
 * before something that may be missing, unless it can begin in few places only.
 */
type Rule = readonly [pattern: RegExp, replacement: string];

/** What a JVM appends to the name of a class that has none of its own: an address or a number. */
const hiddenSuffix = String.raw`(?:[/.+](?:0x[0-9a-f]+|\d+))+`;

const jvm: readonly Rule[] = [
  [/\$\$Lambda(?:\$\d+)?(?:[/.+](?:0x[0-9a-f]+|\d+))*/gi, '$$$$Lambda'],
  [new RegExp(String.raw`(LambdaForm\$[A-Za-z]+)\d*(?:${hiddenSuffix})?`, 'gi'), '$1'],
  [/(Generated(?:Method|Constructor|SerializationConstructor)Accessor)\d+/g, '$1'],
  [/(\$\$\w*(?:CGLIB|Guice))\$\$[0-9a-f]+/gi, '$1'],
  [/\bproxy\d+([./])/g, 'proxy$1'],
  [/(\$Proxy)\d+/g, '$1'],
  [/(\$HibernateProxy|\$ByteBuddy|\$MockitoMock)\$\w+/g, '$1'],
  [/(GeneratedIteratorForCodegenStage|SpecificUnsafeProjection|GeneratedClass)\d+/g, '$1'],
  [/\b(fn|eval|reify|G)__\d+/g, '$1__'],
  [/[/+.]0x[0-9a-f]+(?:\.\d+)?/gi, ''],
  [/\//g, '.'],
];

const nodejs: readonly Rule[] = [
  // Pyroscope's agent writes path:function:line.
  [/^(?:node:[^:]*|(?:file:\/\/|[A-Z]:)?(?=[^:]*[./\\])[^:]*):([^:]*):\d+$/i, '$1'],
  // With nothing but its file, all of a module's callbacks would be one function that calls itself.
  [/^\(?anonymous:L#(\d+)(?::C#\d+)?\)?$/, '(anonymous:$1)'],
  [/^\(?anonymous\)?$/, '(anonymous)'],
  [/^eval at .*$/s, 'eval'],
  [/^evalmachine\..*$/s, 'eval'],
  [/file:\/\//g, ''],
  [/^$/, '(anonymous)'],
];

const python: readonly Rule[] = [
  [/<ipython-input-[^>]{0,100}>/g, '<ipython-input>'],
  [/\bipykernel_\d+[/\\]\d+/g, 'ipykernel'],
  [/ at 0x[0-9a-f]+/gi, ''],
];

const native: readonly Rule[] = [
  // A bare address says where, not what; each start of a process would bring new ones.
  [/^\[?0x[0-9a-f]+\]?$/i, '(unknown)'],
  [/::h[0-9a-f]{16}$/, ''],
  [/\[[0-9a-f]{8,16}\](?=::|$)/g, ''],
];

const ruby: readonly Rule[] = [
  [/#<(Class|Module):0x[0-9a-f]+>/g, '#<$1>'],
  [/(_(?:erb|haml|slim|builder|jbuilder))__+\d+_\d+/g, '$1'],
];

const php: readonly Rule[] = [
  [/class@anonymous\0.*?(?=::|$)/gs, 'class@anonymous'],
  [/\(\d+\) : eval\(\)'d code.*/s, " : eval()'d code"],
];

const dotnet: readonly Rule[] = [
  [/\blambda_method\d+/g, 'lambda_method'],
  [/(Castle\.Proxies\.\w+?Proxy)_\d+/g, '$1'],
  [/(DynamicMethod|DynamicClass)_?[0-9a-f-]{8,}/gi, '$1'],
];

/** Per runtime, applied in turn. Go's names are bounded by the source already. */
const rules: Readonly<Record<Runtime, readonly Rule[]>> = {
  jvm,
  nodejs,
  python,
  ruby,
  php,
  dotnet,
  go: native.slice(0, 1),
  rust: native,
  native,
  other: native.slice(0, 1),
};

/**
 * A function's name without what a runtime generates anew in each process, so that one function has one
 * name and the store's dictionary does not grow without end.
 */
export function normaliseName(runtime: Runtime, name: string): string {
  let result = name;
  for (const [pattern, replacement] of rules[runtime])
    result = result.replace(pattern, replacement);
  return result;
}

/** A source file without scheme, cache-busting query and generated parts. */
export function normaliseFile(runtime: Runtime, file: string): string {
  if (runtime === 'nodejs') {
    if (/^(eval at |evalmachine\.)/.test(file)) return 'eval';
    return file.replace(/^file:\/\/(?=\/)/, '').replace(/(\.[cm]?[jt]sx?)\?.*$/s, '$1');
  }
  return runtime === 'python' ? normaliseName('python', file) : file;
}

/** Threads of one pool have one name: "http-worker-7" is of "http-worker-#". */
export const threadGroup = (name: string): string =>
  name.replace(/0x[0-9a-f]+|\d+/gi, '#').replace(/#(?:[-.:_]#)+/g, '#');
