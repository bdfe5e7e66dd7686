import { expect, test } from 'vitest';
import { busyShare } from './busy-share.ts';
import type { SampledProfile } from './sampled-profile.ts';

type Row = readonly [name: string, samples: number];

function profileOf(rows: readonly Row[], samplesTaken = 0): SampledProfile {
  return {
    sampleType: [{ type: 0 }, { type: 1 }, { type: 2 }],
    sample: rows.map(([, samples], row) => ({ locationId: [row + 1], value: [samples, 0, 0] })),
    location: rows.map((_, row) => ({ id: row + 1, line: [{ functionId: row + 1 }] })),
    function: rows.map((_, row) => ({ id: row + 1, name: row + 3 })),
    stringTable: {
      strings: ['sample', 'wall', 'cpu', ...rows.map(([name]) => name)],
      dedup: () => 0,
    },
    durationNanos: samplesTaken * 1e8,
    period: 1e8,
  };
}

test.each<[string, Row[], number, number | undefined]>([
  ['idle', [['(idle)', 600]], 600, 0],
  ['busy', [['work', 600]], 600, 1],
  [
    'between',
    [
      ['(idle)', 150],
      ['work', 300],
      ['more', 150],
    ],
    600,
    0.75,
  ],
  ['between, with native work that is not handed out', [['(idle)', 150]], 600, 0.75],
  ['between, with idle samples that are not handed out', [['work', 450]], 600, 0.75],
  ['longer than the sampler believes', [['(idle)', 8]], 4, 0],
  ['not sampled', [], 0, undefined],
])('a thread that was %s', (_, rows, taken, share) => {
  expect(busyShare(profileOf(rows, taken))).toBe(share);
});

test('what other threads burnt is no sample', () => {
  expect(
    busyShare(
      profileOf(
        [
          ['Non JS threads activity', 0],
          ['(idle)', 10],
        ],
        10,
      ),
    ),
  ).toBe(0);
});
