/**
 * A program for kill.test.ts: appends batches for ever, with maintenance between, and prints the number of every batch
 * once it is acknowledged, and when it begins to maintain.
 */
import { writeSync } from 'node:fs';
import { preparedProfile, uploadOf } from '../prepared-profile-fixture.ts';
import { tierMs } from '../profile-store.ts';
import { openProfileStore } from './open-profile-store.ts';

const [folder = '', first = '0', start = '0'] = process.argv.slice(2);
const startMs = Number(start);
const store = await openProfileStore({ folder, now: () => startMs, memoryLimit: '256MB' });
writeSync(1, 'open\n');
for (let batch = Number(first); ; batch++) {
  // A batch a minute, so that buckets close and hours roll up while it runs.
  const atMs = startMs + batch * 60_000;
  const uploads = ['a', 'b'].map((side) =>
    uploadOf(preparedProfile({ stacks: `main;batch${batch};${side} 1` }), {
      startMs: atMs,
      token: `${batch}${side}`,
    }),
  );
  await store.append(uploads);
  writeSync(1, `${batch}\n`);
  if (batch % 7 !== 0) continue;
  writeSync(1, 'maintains\n');
  await store.maintain(atMs + tierMs.PT5M);
}
