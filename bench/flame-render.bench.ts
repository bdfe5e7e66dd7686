/**
 * The flame graph in a real browser: a tree of a million nodes, from its bytes to the first picture, redrawn
 * while zooming, and under the pointer; against drawing every node without leaving out what cannot be seen.
 * `npx tsx bench/flame-render.bench.ts [nodes]`. Milliseconds depend on the machine, the ratio hardly does.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeProfileTree } from '@everflame/api/profile-tree';
import { type CallTree, CallTreeBuilder, FrameTableBuilder, knownMeasures } from '@everflame/model';
import { build } from 'vite';
import { launchBrowser } from '../e2e/browser.ts';

/** What the page answers (packages/web/bench/flame-render.ts), milliseconds; its types need a browser's. */
interface Measured {
  readonly nodes: number;
  readonly decode: number;
  readonly firstPaint: number;
  readonly layout: number;
  readonly redraw: number;
  readonly hover: number;
  readonly naive: number;
  readonly visited: number;
  readonly boxes: number;
}

const wanted = Number(process.argv[2] ?? 1_000_000);

/** Deep and wide like a busy service: few heavy paths, a long tail of rare ones. */
function bigTree(nodes: number): CallTree {
  let seed = 42;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const frames = new FrameTableBuilder();
  const rows = Array.from({ length: 20_000 }, (_, i) =>
    frames.row(
      `com.shop.part${i % 300}.Service${i % 4000}.method${i}`,
      `Service${i}.java`,
      '',
      'jvm',
    ),
  );
  const builder = new CallTreeBuilder(frames);
  const self: number[] = [];
  while (builder.length < nodes) {
    let node = 0;
    const depth = 30 + Math.floor(random() * 50);
    let context = 0;
    for (let level = 0; level < depth; level++) {
      // Wide at the top, then mostly straight on: some ten thousand boxes can be seen, as in real services.
      const choice =
        level < 3 ? Math.floor(random() * 7) : random() < 0.97 ? 0 : Math.floor(random() * 30);
      context = (context * 31 + choice * 977 + 7) % rows.length;
      node = builder.child(node, rows[context]!);
    }
    self[node] = (self[node] ?? 0) + 10_000_000;
  }
  const weights = Float64Array.from({ length: builder.length }, (_, node) => self[node] ?? 0);
  return builder.build([{ measure: knownMeasures.cpu, state: 'RUNNABLE', self: weights }]);
}

const tree = bigTree(wanted);
const encoded = encodeProfileTree({
  tree,
  measure: knownMeasures.cpu,
  order: 'heavy',
  header: { fromMs: 0, toMs: 1, tier: 'PT5M', count: 1e6, profiles: 1, treeNodes: tree.length },
});

const bundle = await build({
  configFile: false,
  logLevel: 'error',
  build: {
    write: false,
    lib: { entry: 'packages/web/bench/flame-render.ts', formats: ['iife'], name: 'bench' },
  },
});
const [{ output }] = bundle as unknown as [{ output: [{ code: string }] }];
const page = '<!doctype html><body></body><script src="/page.js"></script>';
const server = createServer(({ url }, response) => {
  if (url === '/tree') response.end(encoded);
  else if (url === '/page.js') response.end(output[0].code);
  else response.setHeader('content-type', 'text/html').end(page);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

const browser = await launchBrowser();
if (browser) {
  const tab = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  await tab.goto(`http://127.0.0.1:${port}/`);
  const seen = (await tab.evaluate('measure()')) as Measured;
  const row = (what: string, ms: number) => console.log(`${what.padEnd(44)} ${ms.toFixed(2)} ms`);
  console.log(`${seen.nodes} nodes, ${(encoded.length / 1e6).toFixed(1)} MB`);
  row('decode and derive', seen.decode);
  row('first picture after the bytes', seen.firstPaint);
  row('which boxes are seen, and where', seen.layout);
  row('redraw, rastered by the CPU', seen.redraw);
  row('hover: found, and its marks painted', seen.hover);
  row('every node drawn, rastered', seen.naive);
  console.log(`looked at ${seen.visited} nodes for ${seen.boxes} boxes`);
  console.log(`leaving out what cannot be seen: ${(seen.naive / seen.redraw).toFixed(1)}x`);
  await browser.close();
}
server.close();
