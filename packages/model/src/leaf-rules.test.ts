import { expect, test } from 'vitest';
import { runtimes } from './index.ts';
import { type LeafRule, leafRules } from './leaf-rules.ts';
import { leafState } from './leaf-state.ts';

const titles = {
  jvm: 'JVM',
  nodejs: 'Node.js',
  python: 'Python',
  go: 'Go',
  ruby: 'Ruby',
  php: 'PHP',
  dotnet: '.NET',
  native: 'Native code, Rust, and what is not known',
} as const;

const introduction = `# Thread states told by the innermost frame

Some sources say what a thread was doing (RUNNABLE, BLOCKED, WAITING, TIMED_WAITING, NATIVE, IDLE), and then that is kept. Others
count wall time alone, such as the CodeGuru agent for Python with its counter \`WALL_TIME\`. There, the innermost frame of a stack
tells the state, by the lists below: the first rule that fits wins.

What no rule fits is RUNNABLE where CodeGuru's agents count \`WALL_TIME\`, as the service has it, and not stated (UNKNOWN) in other
formats. The view of CPU takes RUNNABLE, BLOCKED, NATIVE and what is not stated; the view of latency takes all but IDLE. So waiting for
an answer is latency, and waiting for work is neither.

In names, \`*\` stands for letters, digits and underscores, \`**\` for anything before or behind a whole word, and \`:\` for a dot as well.
“Called by” names functions of which one must be a caller; “within 2” means the caller or the caller's caller.

Amazon does not publish how CodeGuru Profiler splits \`WALL_TIME\`. What is known of it is followed: \`Condition:wait\` and
\`SSLSocket:read\` wait, \`do_handshake\`, \`create_connection\`, \`do_poll\` of urllib3 and \`_worker\` run. Idle threads are told apart
here in addition, such as a worker of a pool that waits for work and an event loop that waits for events.

This page is made from \`packages/model/src/leaf-rules.ts\` by its test: \`npx vitest run packages/model/src/leaf-rules.test.ts -u\`.
`;

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function sentence({ leaf, under, within, state, meaning }: LeafRule): string {
  const nearness = within === undefined ? '' : ` within ${within}`;
  const callers = under === undefined ? '' : `; called${nearness} by ${code(under)}`;
  return `1. **${state}**, ${meaning}: ${code(leaf)}${callers}`;
}

test('docs/thread-states.md has the rules as they are', async () => {
  const sections = Object.entries(titles).map(
    ([runtime, title]) =>
      `## ${title}\n\n${leafRules[runtime as keyof typeof titles].map(sentence).join('\n')}\n`,
  );
  const page = [introduction, ...sections].join('\n');
  await expect(page).toMatchFileSnapshot('../../../docs/thread-states.md');
  expect(leafRules.rust).toBe(leafRules.native);
  expect(leafRules.other).toBe(leafRules.native);
});

/** A name that a pattern stands for. */
const exampleOf = (name: string): string => name.replaceAll('**', '').replaceAll('*', 'X');

test.each(runtimes)(
  '%s: each name in the table has a state, with its caller the one of a row',
  (runtime) => {
    for (const { leaf, under } of leafRules[runtime]) {
      for (const name of leaf) {
        // A leaf is asked for its callers only if it tells something without them.
        expect(leafState(runtime, exampleOf(name)), name).toBeDefined();
        const states = leafRules[runtime].filter((rule) => rule.leaf.includes(name));
        const state = leafState(runtime, exampleOf(name), under?.slice(0, 1).map(exampleOf));
        expect(states.map((rule) => rule.state)).toContain(state);
      }
    }
  },
);

test('names as long as they may be cost no more than they are long', () => {
  const started = performance.now();
  for (const runtime of runtimes) {
    for (const part of ['ReferenceQueue.remove', 'a:', 'X', 'selectors:', 'pthread_cond_wait']) {
      leafState(runtime, part.repeat(65_536 / part.length), [part.repeat(1000)]);
    }
  }
  expect(performance.now() - started).toBeLessThan(10_000);
});
