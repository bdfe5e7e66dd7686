import { gzipSync } from 'node:zlib';
import {
  callTreeOf,
  draw,
  type Fact,
  mergeTrees,
  sumStates,
  threadStates,
  treeOf,
} from '@everflame/model';
import fc from 'fast-check';
import { dumpBinary, dumpPrettyText, dumpText } from 'ion-js';
import { describe, expect, test } from 'vitest';
import { expected, inflate, sample } from '../../test/samples.ts';
import { decode } from '../decode.ts';
import type { Hints, Limits } from '../format.ts';
import { keepsTheFormatContract, problemOf } from '../format-contract.ts';
import { codeguru } from './decode.ts';
import { type CodeGuruNode, encodeCodeGuru } from './encode.ts';

const first = sample('codeguru-python-first.json');
const second = sample('codeguru-python-second.json');
const ion = sample('codeguru-synthetic.10n');
const bytesOf = (body: unknown) =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
const decoded = (body: unknown, hints: Hints = {}, limits: Partial<Limits> = {}) =>
  decode(body instanceof Uint8Array ? body : bytesOf(body), { inflate, hints, limits });
const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
const kinds = (facts: readonly Fact[]) => facts.map(({ kind }) => kind);
const body = (callgraph: unknown, metadata: object = {}, rest: object = {}) => ({
  start: 1_700_000_000_000,
  end: 1_700_000_300_000,
  agentMetadata: metadata,
  callgraph,
  ...rest,
});

describe('codeguru', () => {
  keepsTheFormatContract(codeguru, [
    { name: 'first', bytes: first },
    { name: 'second', bytes: second },
    { name: 'binary Ion', bytes: ion },
    {
      name: 'Ion as text',
      bytes: bytesOf(dumpPrettyText(JSON.parse(new TextDecoder().decode(second)))),
    },
  ]);
});

test.each([
  ['codeguru-python-first.json', first],
  ['codeguru-python-second.json', second],
  ['codeguru-synthetic.10n', ion],
])('%s of a real agent has the totals it should have', (name, bytes) => {
  const profile = decoded(bytes);
  const { samples, totals } = expected(name);
  expect(profile.samples.length).toBe(samples);
  expect(profile.measures.map(({ id }) => id)).toEqual(['wall']);
  expect(sum(profile.samples.count)).toBe(totals.WALL_TIME);
  expect(profile.runtime).toBe('python');
  expect(profile.agent).toEqual({ name: 'CodeGuruProfiler-python', version: '1.2.6' });
  expect(profile.labels).toEqual({
    'service.instance.id': '65be6cdd-d92e-41c8-9282-23d1a69e6fd0',
    'process.runtime.version': '3.11.2',
    'process.pid': '7392',
  });
});

test('Ion, binary or text, is the same profile as the JSON', () => {
  const expected = decoded(second);
  const value = JSON.parse(new TextDecoder().decode(second));
  for (const bytes of [ion, dumpBinary(value), dumpText(value), dumpPrettyText(value)]) {
    expect(decoded(bytes)).toEqual(expected);
    expect(decoded(gzipSync(typeof bytes === 'string' ? bytesOf(bytes) : bytes))).toEqual(expected);
  }
});

test('Ion says a few things in other ways: timestamps, decimals, symbols, floats, several values', () => {
  const text = `$ion_1_0 // an agent's
    {note: {{ aGVsbG8= }}}
    profile::{start: 2023-11-14T22:13:20.000Z, end: 2023-11-14T23:18:20+01:00, heapSummary: {{"bytes"}},
      agentMetadata: {agentInfo: {type: 'CodeGuruProfiler-java', version: "1.2.6"}, sampleWeights: {RUNNABLE: 2.0, WAITING: 1e0}},
      callgraph: {children: {'app.Main.main': {line: (3 5), file: Main, counts: {RUNNABLE: 4., WAITING: 0x2}, unknown: {{AAAA}}}}},
    }`;
  const profile = decoded(text);
  expect([profile.startMs, profile.endMs]).toEqual([1_700_000_000_000, 1_700_000_300_000]);
  expect(profile.runtime).toBe('jvm');
  const tree = callTreeOf(profile);
  expect([tree.lineFrom[1], tree.lineTo[1], tree.frames.file[tree.frame[1]!]]).toEqual([
    3,
    5,
    'Main',
  ]);
  // Four counts at two a second are two seconds, two at one a second as well.
  expect(draw(tree, sumStates(tree, 'wall', ['RUNNABLE']))).toBe('app.Main.main 2000000000');
  expect(draw(tree, sumStates(tree, 'wall', ['WAITING']))).toBe('app.Main.main 2000000000');
});

test.each([
  [
    'JSON with a timestamp',
    '{"start": 2023-11-14T22:13:20Z, "end": 2023-11-14T22:13:21Z, "callgraph": {}}',
  ],
  ['comments before it', '/* a */ // b\n {callgraph: {}, start: 1, end: 2}'],
  ['names in single quotes', "{'agentMetadata': {}, 'callgraph': {}}"],
  ['a symbol table', '$ion_symbol_table::{symbols: ["callgraph"]} {$10: {}}'],
])('Ion is told from other formats by its bytes: %s', (_, text) => {
  expect(decoded(text).format).toBe('codeguru');
});

test('facts are taken from the first profile of a process only, for later ones repeat them', () => {
  expect(decoded(first).facts).toEqual([
    { kind: 'cpu', t: 1795405678922, seconds: 4.363874933, vcpus: 2 },
    { kind: 'threads', t: 1795405678922, count: 4 },
    { kind: 'agent', t: 1795405678922, overheadSeconds: 0.242 },
  ]);
  const later = decoded(second);
  expect(kinds(later.facts)).toEqual(['config']);
  expect(later.quality.warnings[0]).toMatch(/repeats its first profile/);
  expect([later.startMs, later.endMs]).toEqual([1795405679191, 1795405686921]);
});

test('a count weighs what the agent achieved, and the sampling interval where that is repeated', () => {
  const seconds = (bytes: unknown, hints: Hints = {}) =>
    sum(decoded(bytes, hints).samples.values[0]!) / 1e9;
  // 17 looks in 8.1 s at three threads.
  expect(seconds(first)).toBeCloseTo(51 / 2.1018793273986156);
  expect(seconds(first, { sampleRateHz: 10 })).toBeCloseTo(51 / 2.1018793273986156);
  expect(seconds(second)).toBe(183);
  expect(seconds(second, { sampleRateHz: 10 })).toBeCloseTo(18.3);
});

test('the state of a thread comes from its counter, else from its leaf', () => {
  const python = { agentInfo: { type: 'CodeGuruProfiler-python' } };
  const profile = decoded(
    body(
      {
        children: {
          'app:run': {
            counts: { WALL_TIME: 1, BLOCKED: 2, IDLE: 3 },
            children: { '<Sleep>': { counts: { WALL_TIME: 4 } } },
          },
        },
      },
      python,
    ),
  );
  const tree = callTreeOf(profile);
  const weight = (state: (typeof threadStates)[number]) =>
    sum(sumStates(tree, 'wall', [state]).self) / 1e9;
  expect(threadStates.map((state) => [state, weight(state)]).filter(([, n]) => n !== 0)).toEqual([
    ['RUNNABLE', 1],
    ['BLOCKED', 2],
    ['WAITING', 4],
    ['IDLE', 3],
  ]);
});

test('a counter nobody knows becomes a measure of its own', () => {
  const profile = decoded(body({ children: { f: { counts: { HEAP: 5, WALL_TIME: 1 } } } }));
  expect(profile.measures.map(({ id, unit }) => `${id} ${unit}`)).toEqual([
    'custom:HEAP count',
    'wall ns',
  ]);
});

test('what our own aggregates do not state stays so', () => {
  const graph = { children: { '<Sleep>': { counts: { WALL_TIME: 4 } } } };
  const ours = { agentInfo: { type: 'Everflame' } };
  const tree = callTreeOf(decoded(body(graph, ours)));
  expect(tree.columns.map(({ state }) => state)).toEqual(['UNKNOWN']);
});

test('what was cut off is in no state, and counts of the root run', () => {
  const python = { agentInfo: { type: 'CodeGuruProfiler-python' } };
  const graph = {
    counts: { WALL_TIME: 2 },
    children: { f: { children: { '<Truncated>': { counts: { WALL_TIME: 3 } } } } },
  };
  const tree = callTreeOf(decoded(body(graph, python)));
  const seconds = tree.columns.map(({ state, self }) => `${state} ${sum(self) / 1e9}`);
  expect(seconds.sort()).toEqual(['RUNNABLE 2', 'UNKNOWN 3']);
});

test('nodes whose names become one are one', () => {
  const java = { agentInfo: { type: 'CodeGuruProfiler-java' } };
  const graph = {
    children: {
      'app.Main$$Lambda$14/0x0000000800c03000.run': {
        counts: { RUNNABLE: 1 },
        children: { g: { counts: { RUNNABLE: 2 } } },
      },
      'app.Main$$Lambda$15/0x0000000800c03218.run': {
        counts: { RUNNABLE: 4 },
        children: { g: { counts: { RUNNABLE: 8 }, line: [7] } },
      },
    },
  };
  const tree = callTreeOf(decoded(body(graph, java)));
  expect(draw(tree)).toBe('app.Main$$Lambda.run 15000000000\n  g 10000000000');
});

test('a range of lines belongs to the node', () => {
  const graph = { children: { f: { counts: { WALL_TIME: 1 }, line: [249, 258], file: '/x.py' } } };
  const profile = decoded(body(graph));
  const tree = callTreeOf(profile);
  expect([tree.length, tree.lineFrom[1], tree.lineTo[1]]).toEqual([2, 249, 258]);
  expect(profile.quality.lines).toBe('exact');
});

test.each([
  [
    { computeType: 'aws_ec2_instance', hostName: 'i-1', hostType: 'm5.large' },
    {
      'service.instance.id': 'i-1',
      'host.name': 'i-1',
      'host.type': 'm5.large',
      'cloud.provider': 'aws',
      'cloud.platform': 'aws_ec2',
    },
  ],
  [
    {
      computeType: 'aws_fargate_task',
      taskArn: 'arn:aws:ecs:eu-west-1:123:task/c/1',
      cpuLimit: 0.5,
    },
    {
      'service.instance.id': 'arn:aws:ecs:eu-west-1:123:task/c/1',
      'aws.ecs.task.arn': 'arn:aws:ecs:eu-west-1:123:task/c/1',
      'cloud.provider': 'aws',
      'cloud.platform': 'aws_ecs',
      'cloud.region': 'eu-west-1',
      'cloud.account.id': '123',
    },
  ],
  [
    {
      computeType: 'aws_lambda',
      functionArn: 'arn:aws:lambda:eu-west-1:123:function:pay',
      memoryLimitInMB: 512,
    },
    {
      'service.instance.id': 'arn:aws:lambda:eu-west-1:123:function:pay',
      'cloud.resource_id': 'arn:aws:lambda:eu-west-1:123:function:pay',
      'faas.name': 'pay',
      'cloud.provider': 'aws',
      'cloud.platform': 'aws_lambda',
      'cloud.region': 'eu-west-1',
      'cloud.account.id': '123',
    },
  ],
  [{ id: 'u-1', type: 'UNKNOWN', vCPUs: 2 }, { 'service.instance.id': 'u-1' }],
  [
    { fleetInstanceId: 'x', hostType: 'box' },
    { 'service.instance.id': 'x', 'host.type': 'box' },
  ],
])('fleetInfo %j becomes labels', (fleetInfo, labels) => {
  expect(decoded(body({}, { fleetInfo })).labels).toEqual(labels);
});

test('limits of memory, the environment and what failed are facts', () => {
  const fleetInfo = {
    computeType: 'aws_lambda',
    functionArn: 'arn:aws:lambda:eu-west-1:1:function:pay',
    memoryLimitInMB: 512,
    executionEnv: 'AWS_Lambda_python3.11',
  };
  const debugInfo = {
    errorsCount: { errorsCount: 3, sdkClientErrors: 0, postAgentProfileErrors: 3 },
  };
  expect(decoded(body({}, { fleetInfo }, { debugInfo })).facts).toEqual([
    { kind: 'config', key: 'memoryLimitBytes', value: '536870912' },
    { kind: 'config', key: 'executionEnv', value: 'AWS_Lambda_python3.11' },
    { kind: 'config', key: 'agent.errorsCount', value: '3' },
    { kind: 'config', key: 'agent.postAgentProfileErrors', value: '3' },
    { kind: 'agent', t: 1_700_000_300_000, errors: 3 },
  ]);
  const fargate = {
    computeType: 'aws_fargate_task',
    taskArn: 'a',
    cpuLimit: 0.5,
    memoryLimitInMB: 1024,
  };
  expect(decoded(body({}, { fleetInfo: fargate, cpuTimeInSeconds: 3 })).facts).toEqual([
    { kind: 'cpu', t: 1_700_000_300_000, seconds: 3, vcpus: 0.5 },
    { kind: 'config', key: 'memoryLimitBytes', value: '1073741824' },
  ]);
});

test('facts of an agent that tells the truth are kept', () => {
  const metadata = {
    fleetInfo: { vCPUs: 4 },
    cpuTimeInSeconds: 9,
    agentOverhead: { memory_usage_mb: 2.5 },
  };
  expect(decoded(body({}, metadata)).facts).toEqual([
    { kind: 'cpu', t: 1_700_000_300_000, seconds: 9, vcpus: 4 },
    { kind: 'agent', t: 1_700_000_300_000, memoryBytes: 2.5 * 1024 * 1024 },
  ]);
});

test('what is unknown or of another type does no harm', () => {
  const graph = {
    children: {
      f: { counts: { WALL_TIME: 1 }, file: 7, line: 'x', extra: [] },
      g: { counts: null },
    },
  };
  const profile = decoded(
    body(graph, { fleetInfo: [], agentInfo: 3, sampleWeights: 'x' }, { debugInfo: 'y' }),
  );
  expect(draw(profile)).toBe('f 1000000000\ng 0');
});

test.each([
  ['a node that is no object', body({ children: { f: 3 } }), 'corrupt-profile'],
  ['an array for a node', body({ children: { f: [] } }), 'corrupt-profile'],
  ['a count that is text', body({ counts: { WALL_TIME: '3' } }), 'corrupt-profile'],
  ['a negative count', body({ counts: { WALL_TIME: -3 } }), 'invalid-value'],
  ['an infinite count', '{"callgraph": {"counts": {"WALL_TIME": 1e999}}}', 'invalid-value'],
  ['NaN, as Python writes it', '{"callgraph": {"counts": {"WALL_TIME": NaN}}}', 'corrupt-profile'],
  ['an end before its start', { ...body({}), end: 1 }, 'invalid-time-range'],
  ['no call graph', { agentMetadata: {} }, 'corrupt-profile'],
  ['half a body', '{"callgraph": {"children": {', 'corrupt-profile'],
] as const)('%s is refused', (_, content, code) => {
  expect(problemOf(() => decoded(content))).toBe(code);
});

const nested = (depth: number) =>
  `{"callgraph": ${'{"children":{"f":'.repeat(depth)}{"counts":{"WALL_TIME":1}}${'}}'.repeat(depth)}}`;

test('a stack of 16,000 frames is read, one of 100,000 refused before it is parsed', () => {
  expect(decoded(nested(16_000)).stacks.length).toBe(16_001);
  expect(problemOf(() => decoded(nested(100_000)))).toBe('stack-too-deep');
  expect(decoded(nested(100_000), {}, { depth: 100_000 }).stacks.length).toBe(100_001);
});

test('arrays of nothing are refused before they become memory', () => {
  const wide = `{"callgraph": [${'[],'.repeat(100_000)}[]]}`;
  expect(problemOf(() => decoded(wide, {}, { nodes: 1000 }))).toBe('too-many-nodes');
});

test('what is written is read back with the same totals', () => {
  const name = fc.constantFrom('__proto__', 'constructor', 'a', 'b', '1', 'f:g');
  const paths = fc.array(
    fc.tuple(
      fc.array(name, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...threadStates),
      fc.integer({ min: 1, max: 1e9 }),
    ),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(paths, (samples) => {
      const tree = mergeTrees(
        samples.map(([names, state, weight]) =>
          treeOf(names.join('\n'), {
            measure: { id: 'wall', unit: 'ns', temporality: 'delta' },
            states: [state],
            weights: [weight],
          }),
        ),
      );
      const text = JSON.stringify(encodeCodeGuru(tree, { startMs: 1000, endMs: 2000 }));
      const again = callTreeOf(decoded(text));
      for (const state of threadStates) {
        const before = draw(tree, sumStates(tree, 'wall', [state]));
        expect(draw(again, sumStates(again, 'wall', [state]))).toBe(before);
      }
    }),
  );
});

test('frames of one name under one caller become one node', () => {
  const tree = treeOf('main:3 main:9\nf:1 f:2');
  const { frames, frame } = tree;
  // The two calls of f are of different files.
  const twins = {
    ...tree,
    length: 4,
    parent: Int32Array.of(-1, 0, 1, 1),
    frame: Uint32Array.of(0, frame[1]!, frame[2]!, 3),
    frames: {
      ...frames,
      length: 4,
      name: ['', 'main', 'f', 'f'],
      file: ['', 'm.py', 'a.py', 'b.py'],
    },
    lineFrom: Uint32Array.of(0, 3, 1, 5),
    lineTo: Uint32Array.of(0, 9, 2, 5),
    columns: [
      {
        ...tree.columns[0]!,
        self: Float64Array.of(0, 0, 10, 20),
        elided: Float64Array.of(0, 5, 0, 0),
      },
    ],
  };
  const { callgraph } = encodeCodeGuru(twins, { startMs: 0, endMs: 1 });
  expect(JSON.parse(JSON.stringify(callgraph))).toEqual({
    children: {
      main: {
        file: 'm.py',
        line: [3, 9],
        counts: { WALL_TIME: 5 },
        children: { f: { file: 'a.py', line: [1, 5], counts: { WALL_TIME: 30 } } },
      },
    },
  });
});

test('what lies deeper than asked for counts for the last frame kept', () => {
  const tree = treeOf('a a\nb c\nd');
  const { callgraph } = encodeCodeGuru(tree, { startMs: 0, endMs: 1, maxDepth: 1 });
  expect(JSON.parse(JSON.stringify(callgraph))).toEqual({
    children: { a: { counts: { WALL_TIME: 2 } } },
  });
});

test('a machine of a kind called "constructor" is of no known kind', () => {
  const agentMetadata = { fleetInfo: { computeType: 'constructor' } };
  const { labels } = decoded({ agentMetadata, callgraph: { counts: { WALL_TIME: 1 } } });
  expect(labels).toEqual({});
});

test('counts that are too large for a sum, and endless names of counters, are refused', () => {
  const of = (counts: object, hints: Hints = {}) =>
    problemOf(() =>
      decoded(new TextEncoder().encode(JSON.stringify({ callgraph: { counts } })), hints),
    );
  expect(of({ WALL_TIME: 1e308 })).toBe('invalid-value');
  expect(of({ WALL_TIME: 1 }, { sampleRateHz: 1e-12 })).toBe('invalid-value');
  expect(of({ ['x'.repeat(70_000)]: 1 })).toBe('string-too-long');
});

test('a tree of 100,000 frames on one path is written', () => {
  const tree = callTreeOf(decoded(nested(100_000), {}, { depth: 100_000 }));
  let node: CodeGuruNode | undefined = encodeCodeGuru(tree, { startMs: 0, endMs: 1 }).callgraph;
  let depth = 0;
  for (; node?.children; node = Object.values(node.children)[0]) depth++;
  expect(depth).toBe(100_000);
});
