import { Problem, type Profile } from '@everflame/model';
import type { DecodeContext, Format, Hints, Limits } from '../format.ts';
import { leafStates } from '../leaf-states.ts';
import { sampleRows, withinReason } from '../sample-rows.ts';
import { textOf } from '../text.ts';
import { measureOfHints } from './measure.ts';
import { StackReader } from './stack-reader.ts';

/** `root;caller;callee 12`, as stackcollapse, async-profiler, py-spy and rbspy write it. */
export const folded: Format = { name: 'folded', accepts: acceptsFolded, decode: decodeFolded };

/** A stack, then a number, then the end of the line. */
const sampleLine = /\S[ \t]+[-+]?(?:\d|\.\d)[\d.eE+-]*[ \t]*\r?$/m;

function acceptsFolded(head: Uint8Array, { fileName = '' }: Hints): boolean {
  const text = textOf(head);
  if (isBinary(text) || notFolded.test(text)) return false;
  // A first stack may be longer than the head.
  const isOneLongLine = !text.includes('\n') && text.includes(';');
  return isOneLongLine || sampleLine.test(text) || /\.(folded|collapsed)(\.\w+)?$/.test(fileName);
}

/** JSON and markup; Python's "<module>" is a frame. */
const notFolded = /^\s*(\{|<!|<\?|<html)/i;

function isBinary(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const isControl = unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d;
    if (isControl || unit === 0x7f) return true;
  }
  return false;
}

function decodeFolded(bytes: Uint8Array, { limits, hints }: DecodeContext): Profile {
  const text = textOf(bytes);
  const lines = linesOf(text, limits);
  if (lines.length === 0) throw new Problem('empty-profile');
  if (lines.length === 1) refuseGlued(text, hints);
  const reader = new StackReader(lines, limits, hints);
  const { measure, scale } = measureOfHints(hints);
  const samples = sampleRows(lines.length, 1, limits);
  for (const [row, line] of lines.entries()) {
    samples.stack[row] = reader.stack(line.stack);
    samples.thread[row] = reader.thread;
    samples.count[row] = line.count;
    samples.values[0]![row] = line.count * scale;
  }
  const frames = reader.frames.build();
  const stacks = reader.stacks.build();
  if (measure.id === 'wall') {
    const stateAt = leafStates(stacks, frames);
    for (let row = 0; row < lines.length; row++) samples.state[row] = stateAt(samples.stack[row]!);
  }
  return {
    format: 'folded',
    ...window(hints),
    runtime: reader.runtime,
    labels: {},
    frames,
    stacks,
    threads: reader.threads,
    labelSets: [{}],
    links: [{}],
    measures: [measure],
    samples: withinReason(samples),
    facts: [],
    quality: { lines: reader.hasLines ? 'exact' : 'none', warnings: [] },
  };
}

const window = ({ startMs, endMs }: Hints): Pick<Profile, 'startMs' | 'endMs'> => ({
  ...(startMs === undefined ? {} : { startMs }),
  ...(endMs === undefined ? {} : { endMs }),
});

interface Line {
  readonly stack: string;
  readonly count: number;
}

function linesOf(text: string, limits: Limits): Line[] {
  const lines: Line[] = [];
  let start = 0;
  let number = 0;
  while (start < text.length) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    const line = text.slice(start, end).trim();
    start = end + 1;
    number++;
    if (line === '' || line.startsWith('#')) continue;
    lines.push(lineOf(line, number));
    if (lines.length > limits.samples) throw new Problem('too-many-samples');
  }
  return lines;
}

/** A count with the next stack right behind it. */
const glued = /[ \t]\d+[^\d\s.;][^;\s]*[;\s]/g;

/** What programs leave that send a text without its line ends: one stack, of all frames of all others. */
function refuseGlued(text: string, { contentType = '' }: Hints): void {
  const counts = text.match(glued)?.length ?? 0;
  // A name may hold what looks like one. A form is what such programs say that they send.
  if (counts < (/x-www-form-urlencoded/i.test(contentType) ? 1 : 2)) return;
  throw new Problem(
    'corrupt-profile',
    `The file is one line with ${counts + 1} counts in it: its line ends were lost on the way.`,
  );
}

/** Digits in one way only: two ways to read them would be tried in all combinations where no number ends. */
const numeral = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Names hold spaces, so the last one parts stack and count. */
function lineOf(line: string, number: number): Line {
  const space = Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
  const text = line.slice(space + 1);
  if (space < 0 || !numeral.test(text)) {
    const shown = line.length > 80 ? `${line.slice(0, 80)}…` : line;
    throw new Problem(
      'missing-count',
      `Line ${number} ends in no number: ${JSON.stringify(shown)}`,
    );
  }
  const count = Number(text);
  if (!Number.isFinite(count)) {
    throw new Problem('invalid-value', `Line ${number} has a count that no number can hold.`);
  }
  if (count < 0) {
    throw new Problem(
      'invalid-value',
      `Line ${number} has the count ${text}. Send no differences.`,
    );
  }
  // Some tools write averages. Half a sample is none.
  return { stack: line.slice(0, space).trimEnd(), count: Math.round(count) };
}
