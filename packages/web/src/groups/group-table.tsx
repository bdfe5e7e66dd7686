import type { GroupSummary } from '@everflame/api';
import { useEffect, useState } from 'preact/hooks';
import { ask, groupsAddress } from '../api/questions.ts';
import { Status } from '../group/status.tsx';
import { announce } from '../shell/clipboard.ts';
import { useKeys } from '../shell/keys.ts';
import { Name } from '../shell/name.tsx';
import { ago, moment } from '../show/clock.ts';
import { cores } from '../show/quantity.ts';
import { runtimeName } from '../show/runtime-name.ts';
import { follow, go } from '../url/navigation.ts';
import { format, groupRoute } from '../url/route.ts';
import { newest, Sparkline } from './sparkline.tsx';

interface GroupTableProps {
  readonly groups: readonly GroupSummary[];
  /** Where the next page begins. */
  readonly next: string | undefined;
  readonly search: string;
}

export function GroupTable({ groups, next, search }: GroupTableProps) {
  const { all, more, loadMore } = usePages({ groups, next, search });
  const [at, moveTo] = useState<number>();
  const chosen = at === undefined ? undefined : all[Math.min(at, all.length - 1)];
  const step = (by: number) =>
    moveTo(Math.max(0, Math.min(all.length - 1, at === undefined ? 0 : at + by)));
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    Enter: chosen && (() => go(groupRoute(chosen.name))),
  });
  return (
    <section class="panel flush" aria-label="Profiling groups">
      <table class="data groups">
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col">Status</th>
            <th scope="col">Runtime</th>
            <th scope="col" class="number">
              Instances
            </th>
            <th scope="col" class="spark-column">
              CPU, 1 h
            </th>
            <th scope="col" class="number" title="Busy cores, as last reported">
              Cores
            </th>
            <th scope="col" class="number">
              Last profile
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map((group) => (
            <GroupRow key={group.name} group={group} isChosen={group === chosen} />
          ))}
        </tbody>
      </table>
      {more && (
        <p class="row">
          <button type="button" class="button" onClick={() => void loadMore()}>
            Load more
          </button>
        </p>
      )}
    </section>
  );
}

function GroupRow({ group, isChosen }: { group: GroupSummary; isChosen: boolean }) {
  const target = groupRoute(group.name);
  const now = newest(group.cpuCores);
  return (
    <tr
      class={isChosen ? 'chosen' : undefined}
      ref={(row) => {
        if (isChosen) row?.scrollIntoView({ block: 'nearest' });
      }}
    >
      <th scope="row">
        <a href={format(target)} onClick={(event) => follow(event, target)}>
          <Name of={group.name} />
        </a>
      </th>
      <td>
        <Status of={group} />
      </td>
      <td>{group.runtimes.map(runtimeName).join(', ') || '–'}</td>
      <td class="number">{group.instances}</td>
      <td class="spark-column" title={now === undefined ? undefined : scaleOf(group.cpuCores)}>
        {now !== undefined && (
          <Sparkline
            values={group.cpuCores}
            label={`CPU of the last hour: ${cores(now)} cores at last`}
          />
        )}
      </td>
      <td class="number">{now === undefined ? '–' : cores(now)}</td>
      <td
        class="number"
        title={group.lastProfileMs === undefined ? undefined : moment(group.lastProfileMs)}
      >
        {ago(group.lastProfileMs, Date.now())}
      </td>
    </tr>
  );
}

const scaleOf = (values: readonly (number | null)[]): string =>
  `From 0 to ${cores(Math.max(0, ...values.map((value) => value ?? 0)))} cores, in steps of 5 min`;

/** The first page keeps itself fresh; those after it stay as they were loaded. */
function usePages({ groups, next, search }: GroupTableProps) {
  const [further, setFurther] = useState<readonly GroupSummary[]>([]);
  const [after, setAfter] = useState(next);
  useEffect(() => {
    setFurther([]);
    setAfter(next);
  }, [search, next]);
  const loadMore = async () => {
    if (after === undefined) return;
    try {
      const page = await ask.groups(groupsAddress(search, after), new AbortController().signal);
      setFurther((before) => [...before, ...page.groups]);
      setAfter(page.next);
    } catch (cause) {
      announce(cause instanceof Error ? cause.message : 'That did not work');
    }
  };
  return { all: [...groups, ...further], more: after !== undefined, loadMore };
}
