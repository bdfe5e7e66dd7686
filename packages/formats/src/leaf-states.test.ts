import { FrameTableBuilder, leafState, runtimes, threadStates } from '@everflame/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultLimits } from './format.ts';
import { leafStates } from './leaf-states.ts';
import { StackTableBuilder } from './stack-table-builder.ts';

/** The nearest last. */
function tablesOf(stacks: readonly (readonly string[])[], runtime: (typeof runtimes)[number]) {
  const frames = new FrameTableBuilder();
  const table = new StackTableBuilder(defaultLimits);
  const rows = stacks.map((names) => {
    let row = 0;
    for (const name of names) {
      row = table.child(row, table.site(frames.row(name, '', '', runtime), 0));
    }
    return row;
  });
  return { frames: frames.build(), stacks: table.build(), rows };
}

test('of any stacks, what is told is what each would be told alone', () => {
  const name = fc.constantFrom(
    ...['app:main', '<queue.get>', 'concurrent.futures.thread:_worker', 'threading:Condition:wait'],
    ...['java.lang.Object.wait', 'java.lang.ref.ReferenceQueue.remove', 'selectors:S:select'],
    ...['jdk.internal.misc.Unsafe.park', 'java.util.concurrent.ThreadPoolExecutor.getTask'],
  );
  const anyStacks = fc.array(fc.array(name, { minLength: 1, maxLength: 6 }), { maxLength: 20 });
  fc.assert(
    fc.property(anyStacks, fc.constantFrom(...runtimes), (all, runtime) => {
      const { frames, stacks, rows } = tablesOf(all, runtime);
      const stateAt = leafStates(stacks, frames, 'RUNNABLE');
      const alone = all.map((names) => {
        const [leaf = '', ...callers] = names.toReversed();
        // A leaf that tells nothing without callers is not asked for them.
        const tells = leafState(runtime, leaf) && leafState(runtime, leaf, callers);
        return tells ?? 'RUNNABLE';
      });
      expect(rows.map((row) => threadStates[stateAt(row)])).toEqual(alone);
    }),
  );
});

test('a name is looked at no oftener because it is in many stacks', () => {
  const looks = (leaves: number) => {
    const callers = Array.from({ length: 60 }, (_, depth) => `pool.Run${depth}`);
    const all = Array.from({ length: leaves }, (_, nth) => [...callers, `a${nth}.Object.wait`]);
    const { frames, stacks, rows } = tablesOf(all, 'jvm');
    let count = 0;
    const name = new Proxy(frames.name, {
      get: (names, key, receiver) => {
        count++;
        return Reflect.get(names, key, receiver);
      },
    });
    const stateAt = leafStates(stacks, { ...frames, name });
    for (const row of rows) expect(threadStates[stateAt(row)]).toBe('WAITING');
    return count;
  };
  const ofOne = looks(1);
  const ofOneMore = looks(2) - ofOne;
  expect(ofOneMore).toBeLessThan(60);
  expect(looks(1000)).toBe(ofOne + 999 * ofOneMore);
});
