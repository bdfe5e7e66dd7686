// A program with a known answer: most of its CPU goes to `lifeGenerations`, some to `joinWords`, some to JSON.
// Work comes in small slices with the event loop between them, as in a service. Runs for argv[2] seconds.
const WIDTH = 256;
const MASK = WIDTH * WIDTH - 1;

// Written out, neighbour by neighbour: a function of this size is never inlined into its caller, where
// neither V8 nor anyone else could tell its time from its caller's.
function lifeGenerations(cells, rounds) {
  let now = cells;
  let next = new Uint8Array(now.length);
  let births = 0;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < now.length; i++) {
      const northWest = now[(i - WIDTH - 1) & MASK];
      const north = now[(i - WIDTH) & MASK];
      const northEast = now[(i - WIDTH + 1) & MASK];
      const west = now[(i - 1) & MASK];
      const east = now[(i + 1) & MASK];
      const southWest = now[(i + WIDTH - 1) & MASK];
      const south = now[(i + WIDTH) & MASK];
      const southEast = now[(i + WIDTH + 1) & MASK];
      const farNorth = now[(i - 2 * WIDTH) & MASK];
      const farSouth = now[(i + 2 * WIDTH) & MASK];
      const farWest = now[(i - 2) & MASK];
      const farEast = now[(i + 2) & MASK];
      const near = northWest + north + northEast + west + east + southWest + south + southEast;
      const far = farNorth + farSouth + farWest + farEast;
      const alive = now[i];
      if (alive) {
        if (near === 2 || near === 3) next[i] = 1;
        else if (near === 4 && far === 0) next[i] = 1;
        else next[i] = 0;
      } else if (near === 3 || (near === 2 && far === 4)) {
        next[i] = 1;
        births += northWest * 8 + north * 7 + northEast * 6 + west * 5;
        births += east * 4 + southWest * 3 + south * 2 + southEast;
        births -= farNorth * 4 + farSouth * 3 + farWest * 2 + farEast;
      } else {
        next[i] = 0;
      }
    }
    const spare = now;
    now = next;
    next = spare;
  }
  return births;
}

function joinWords(count) {
  const words = [];
  for (let i = 0; i < count; i++) words.push(`word-${(i * 7919) % 1000}`);
  words.sort();
  return words.join(' ').length;
}

function roundTrip(size) {
  const rows = Array.from({ length: size }, (_, id) => ({
    id,
    name: `row ${id}`,
    tags: [id, id + 1],
  }));
  return JSON.parse(JSON.stringify(rows)).length;
}

const until = Date.now() + Number(process.argv[2] ?? 20) * 1000;
const start = Uint8Array.from({ length: WIDTH * WIDTH }, (_, i) => ((i * 2_654_435_761) >>> 7) & 1);
let sink = 0;
function slice() {
  sink += lifeGenerations(start.slice(), 12) + joinWords(2_500) + roundTrip(600);
  if (Date.now() < until) setImmediate(slice);
  else console.log(`done ${sink}`);
}
slice();
