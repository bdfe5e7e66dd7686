import type { GroupFacts } from '@everflame/api';
import { bytes, cores, percent } from '../show/quantity.ts';

const ofACore = (value: number) => `${percent(value)} of a core`;

type Fact = readonly [title: string, value: string, explanation: string];

/** Only what some agent said. */
function factsOf(facts: GroupFacts): readonly Fact[] {
  const shown: Fact[] = [];
  const add = (
    value: number | undefined,
    title: string,
    [text, why]: readonly [(value: number) => string, string],
  ) => {
    if (value !== undefined) shown.push([title, text(value), why]);
  };
  add(facts.cpuCores, 'CPU', [
    (value) => `${cores(value)} cores`,
    'Busy cores of all instances, over the time they were profiled',
  ]);
  add(facts.cpuUtilization, 'Utilisation', [percent, 'Busy cores over available ones']);
  add(facts.gcShareOfTime, 'GC', [
    percent,
    'Share of time that threads stood still for garbage collection, waits for a CPU included',
  ]);
  add(facts.heapUsedBytes, 'Heap', [
    (value) =>
      facts.heapMaxBytes === undefined
        ? bytes(value)
        : `${bytes(value)} of ${bytes(facts.heapMaxBytes)}`,
    'Heap in use, mean per instance',
  ]);
  add(facts.rssBytes, 'Memory', [bytes, 'Resident memory, mean per instance']);
  add(facts.eventLoopUtilization, 'Event loop', [
    percent,
    'Share of time in which the loop was busy',
  ]);
  add(facts.eventLoopDelayP99Ms, 'Loop delay p99', [
    (value) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`,
    '99th percentile of the event loop’s delay',
  ]);
  add(facts.agentCores, 'Agent', [
    ofACore,
    'Share of one core that profiling takes in each instance',
  ]);
  return shown;
}

interface FactsStripProps {
  readonly facts: GroupFacts;
  /** Of a longer range: what may be missing here keeps its place. */
  readonly known: GroupFacts | undefined;
}

export function FactsStrip({ facts, known }: FactsStripProps) {
  const here = factsOf(facts);
  const shown = here.length > 0 ? here : factsOf(known ?? facts).map(withoutValue);
  if (shown.length === 0) return undefined;
  return (
    <dl class="facts">
      {shown.map(([title, value, why]) => (
        <div key={title} title={why}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const withoutValue = ([title, , why]: Fact): Fact => [title, '–', why];
