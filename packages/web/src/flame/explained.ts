/** Frames that are no functions, and names that say too little: what profilers of Node.js put among the rest. */
const explanations: Readonly<Record<string, string>> = {
  'Non JS threads activity':
    'CPU time of threads that run no JavaScript: garbage collection helpers, thread pool, native add-ons.',
  'Garbage Collection': 'CPU time of collecting garbage on the thread that runs JavaScript.',
  '(garbage collector)': 'Time in which JavaScript stood still for the garbage collector.',
  '(program)': 'Native code of the process outside of any JavaScript function.',
  '(idle)': 'Nothing to do.',
  '(between samples)': 'CPU time of work that was over before a sample could find it.',
};

export const explained = (name: string): string | undefined =>
  Object.hasOwn(explanations, name) ? explanations[name] : undefined;
