import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { GcMeter } from './gc-meter.ts';
import { Harmless } from './harmless.ts';

const harmless = new Harmless({ info: () => {}, news: () => {}, debug: () => {} }, () => {});

/** Allocates with the event loop between slices, so that what was collected can be reported. */
async function allocate(ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    for (let i = 0; i < 20; i++)
      JSON.parse(JSON.stringify(Array.from({ length: 500 }, () => ({ i }))));
    await new Promise((later) => setImmediate(later));
  }
}

test('an allocating program spends time in collections, but not all of it', async () => {
  const meter = new GcMeter(harmless);
  const startMs = performance.now();
  await allocate(1800);
  const { seconds } = meter.take()!;
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThan((performance.now() - startMs) / 1000);
  meter.stop();
});

test('between two looks it knows nothing and says so, and what it sees stands for the time it rests', async () => {
  const meter = new GcMeter(harmless);
  const startMs = performance.now();
  await allocate(2300);
  expect(meter.take()?.seconds).toBeGreaterThan(0);
  await allocate(200);
  const unseen = meter.take();
  // Unless the machine stood still until the next look.
  if (performance.now() - startMs < 3500) expect(unseen).toBeUndefined();
  await allocate(6500);
  expect(meter.take()?.seconds).toBeGreaterThan(0);
  meter.stop();
});

test('what is allocated is known well enough for steps of four', async () => {
  const meter = new GcMeter(harmless);
  const held: unknown[] = [];
  const startMs = performance.now();
  let bytes = 0;
  let calls = 0;
  while (performance.now() - startMs < 2500) {
    for (let i = 0; i < 50; i++) {
      // 16 bytes of header, 8 an element, and the array that points at them.
      held[calls++ % 20] = new Array(1000).fill(i);
      bytes += 8000 + 48;
    }
    await new Promise((later) => setImmediate(later));
  }
  const { bytesPerSecond } = meter.take()!;
  const rate = (1000 * bytes) / (performance.now() - startMs);
  expect(bytesPerSecond / rate).toBeGreaterThan(1 / 3);
  expect(bytesPerSecond / rate).toBeLessThan(3);
  meter.stop();
});
