// A program with a known answer: most of its CPU goes to `collatzLongest`, some to `joinWords`, some to JSON.
// Work comes in small slices with the event loop between them, as in a service. Runs for argv[2] seconds.
function collatzLongest(limit) {
  let best = 0;
  for (let start = 1; start < limit; start++) {
    let length = 0;
    for (let n = start; n !== 1; n = n % 2 ? 3 * n + 1 : n / 2) length++;
    if (length > best) best = length;
  }
  return best;
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
let sink = 0;
function slice() {
  sink += collatzLongest(12_000) + joinWords(2_500) + roundTrip(600);
  if (Date.now() < until) setImmediate(slice);
  else console.log(`done ${sink}`);
}
slice();
