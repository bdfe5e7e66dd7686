const names: Readonly<Record<string, string>> = {
  jvm: 'JVM',
  nodejs: 'Node.js',
  python: 'Python',
  go: 'Go',
  ruby: 'Ruby',
  php: 'PHP',
  dotnet: '.NET',
  rust: 'Rust',
  native: 'native',
  other: 'other',
};

/** As its community writes it, with the version that may follow; what is not known is shown as it came. */
export const runtimeName = (runtime: string): string =>
  runtime.replace(/^[a-z]+/, (name) => names[name] ?? name);
