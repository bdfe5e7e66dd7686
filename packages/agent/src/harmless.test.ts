import { expect, test } from 'vitest';
import { Harmless } from './harmless.ts';

function harmless() {
  const said: string[] = [];
  let givenUp = 0;
  const log = { info: (message: string) => said.push(message), news: () => {}, debug: () => {} };
  const wrapper = new Harmless(log, () => {
    givenUp++;
    throw new Error('giving up fails too');
  });
  return { wrapper, said, timesGivenUp: () => givenUp };
}

const fault = () => {
  throw new Error('ours');
};

test('a fault goes no further, whether thrown or rejected', async () => {
  const { wrapper, said } = harmless();
  expect(wrapper.run(fault)).toBeUndefined();
  expect(wrapper.run(() => 3)).toBe(3);
  wrapper.wrap(fault)();
  await wrapper.wait(async () => fault());
  expect(said).toEqual(Array(3).fill('a fault of the agent: Error: ours'));
});

test('after five faults it gives up, once, and harmlessly', () => {
  const { wrapper, said, timesGivenUp } = harmless();
  for (let i = 0; i < 4; i++) wrapper.run(fault);
  expect(timesGivenUp()).toBe(0);
  for (let i = 0; i < 4; i++) wrapper.run(fault);
  expect(timesGivenUp()).toBe(1);
  expect(said).toContain('profiling ends for this process after 5 faults');
});
