import { expect, test } from 'vitest';
import type { Sql } from './sql.ts';
import { WriteBehind } from './write-behind.ts';

/** As much of a database as a list is. */
function writing(maxWaiting = 1000) {
  const written: [string, number][] = [];
  const state = { isBroken: false, statements: 0, before: () => Promise.resolve() };
  const sql: Sql = {
    query: async () => [],
    transaction: async (run) => {
      await state.before();
      return run(sql);
    },
  };
  const notes = new WriteBehind<string, number>({
    sql,
    merged: Math.max,
    maxWaiting,
    write: async (_, rows) => {
      state.statements++;
      if (state.isBroken) throw new Error('the disk is full');
      written.push(...rows.map(([key, note]): [string, number] => [key, note]));
    },
  });
  return { notes, written, state };
}

test('notes of one key become one, and what was written is not written again', async () => {
  const { notes, written } = writing();
  for (const note of [3, 9, 4]) notes.note('a', note);
  notes.note('b', 1);
  expect(notes.noted('a')).toBe(9);
  await notes.flush();
  await notes.close();
  expect(written).toEqual([
    ['a', 9],
    ['b', 1],
  ]);
});

test('what could not be written is written later, with what came since', async () => {
  const { notes, written, state } = writing();
  notes.note('a', 5);
  notes.note('b', 2);
  state.isBroken = true;
  const flushed = notes.flush();
  notes.note('a', 3);
  notes.note('c', 1);
  await expect(flushed).rejects.toThrow('the disk is full');
  expect(['a', 'b', 'c'].map((key) => notes.noted(key))).toEqual([5, 2, 1]);
  state.isBroken = false;
  await notes.close();
  expect(Object.fromEntries(written)).toEqual({ a: 5, b: 2, c: 1 });
});

test('who closes waits for what is being written, and writes it again where that failed', async () => {
  for (const fails of [false, true]) {
    const { notes, written, state } = writing();
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    state.before = () => begun;
    notes.note('a', 1);
    const flushed = notes.flush().catch(() => undefined);
    state.isBroken = fails;
    let isClosed = false;
    const closed = notes.close().then(() => {
      isClosed = true;
    });
    await new Promise(setImmediate);
    expect(isClosed).toBe(false);
    begin();
    await flushed;
    state.isBroken = false;
    await closed;
    expect(written).toEqual([['a', 1]]);
  }
});

test('what waits is bounded, and many come in several statements', async () => {
  const { notes, written, state } = writing(250);
  for (let index = 0; index < 300; index++) notes.note(`key ${index}`, index);
  notes.note('key 0', 7);
  await notes.close();
  expect(written).toHaveLength(250);
  expect(written[0]).toEqual(['key 0', 7]);
  expect(state.statements).toBe(3);
});
