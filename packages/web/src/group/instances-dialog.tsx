import type { InstanceList } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { ask, viewAddress } from '../api/questions.ts';
import { useResource } from '../api/resource.ts';
import { Dialog } from '../shell/dialog.tsx';
import { FailureNote } from '../shell/failure-note.tsx';
import { Name } from '../shell/name.tsx';
import { ago, moment } from '../show/clock.ts';
import { bytes, cores } from '../show/quantity.ts';
import { runtimeName } from '../show/runtime-name.ts';
import type { GroupRoute } from '../url/route.ts';
import { shownRange } from './views.ts';

/** Who sent the profiles of the range that is looked at. */
export function InstancesDialog({ route, close }: { route: GroupRoute; close: () => void }) {
  const { from, to } = shownRange(route);
  const key = viewAddress(paths.instances(route.group), [
    ['from', from],
    ['to', to],
  ]);
  const { value, failure, reload } = useResource(key, 0, ask.instances);
  return (
    <Dialog title="Instances" isWide close={close}>
      {failure && <FailureNote failure={failure} retry={reload} />}
      {!value && !failure && <div class="skeleton" aria-busy="true" />}
      {value?.instances.length === 0 && <p>No instance sent a profile in this range.</p>}
      {value && value.instances.length > 0 && <Instances list={value.instances} />}
    </Dialog>
  );
}

const or = (value: number | undefined, show: (value: number) => string): string =>
  value === undefined ? '–' : show(value);

const Instances = ({ list }: { list: InstanceList['instances'] }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
  <section class="dialog-table" tabIndex={0} aria-label="Table of instances">
    <table class="data">
      <thead>
        <tr>
          <th scope="col">Instance</th>
          <th scope="col">Agent</th>
          <th scope="col">Runtime</th>
          <th scope="col" class="number">
            Cores
          </th>
          <th scope="col" class="number">
            Memory
          </th>
          <th scope="col" class="number">
            Last profile
          </th>
        </tr>
      </thead>
      <tbody>
        {list.map((one) => (
          <tr key={one.instance}>
            <th scope="row">
              <Name of={one.instance} />
            </th>
            <td>
              <Name of={`${one.agent} ${one.agentVersion}`.trim() || '–'} />
            </td>
            <td>
              <Name of={runtimeName(one.runtime) || '–'} />
            </td>
            <td class="number">{or(one.cpuCores, cores)}</td>
            <td class="number">{or(one.rssBytes, bytes)}</td>
            <td class="number" title={moment(one.lastMs)}>
              {ago(one.lastMs, Date.now())}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);
