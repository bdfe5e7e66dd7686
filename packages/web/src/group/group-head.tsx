import type { GroupDetail } from '@everflame/api';
import { useState } from 'preact/hooks';
import { copy } from '../shell/clipboard.ts';
import { LinkIcon } from '../shell/icons.tsx';
import { Name } from '../shell/name.tsx';
import { ago, moment } from '../show/clock.ts';
import { counted } from '../show/quantity.ts';
import { runtimeName } from '../show/runtime-name.ts';
import { follow } from '../url/navigation.ts';
import { format, type GroupRoute, type Tab } from '../url/route.ts';
import { momentsOf, rangeOf } from '../url/time-range.ts';
import { DownloadMenu } from './download-menu.tsx';
import { InstancesDialog } from './instances-dialog.tsx';
import { PauseButton } from './pause-button.tsx';
import { Status } from './status.tsx';
import { viewIn, views } from './views.ts';

interface GroupHeadProps {
  readonly route: GroupRoute;
  readonly detail: GroupDetail;
  readonly reload: () => void;
}

const tabs: readonly (readonly [Tab, string])[] = [
  ['flame', 'Flame graph'],
  ['hotspots', 'Hotspots'],
];

export function GroupHead({ route, detail, reload }: GroupHeadProps) {
  const view = viewIn(views(detail.measures), route.view);
  const { instances } = detail.facts;
  const [areInstancesOpen, openInstances] = useState(false);
  return (
    <header class="group-head">
      <div class="row">
        <h1>
          <Name of={detail.name} />
        </h1>
        <Status of={detail} />
        {detail.runtimes.map((runtime) => (
          <span key={runtime} class="pill">
            {runtimeName(runtime)}
          </span>
        ))}
        <button type="button" class="pill" onClick={() => openInstances(true)}>
          {counted(instances, 'instance')}
        </button>
        {detail.lastProfileMs !== undefined && (
          <span class="muted wide-only" title={moment(detail.lastProfileMs)}>
            last profile {ago(detail.lastProfileMs, Date.now())}
          </span>
        )}
        <span class="spacer" />
        <div class="actions">
          <PauseButton detail={detail} reload={reload} />
          {view && <DownloadMenu route={route} view={view} />}
          <button type="button" class="button" onClick={() => copyLink(route)}>
            <LinkIcon /> Copy link <kbd>y</kbd>
          </button>
        </div>
      </div>
      <nav class="tabs" aria-label="Views of the group">
        {tabs.map(([tab, title]) => (
          <a
            key={tab}
            href={format({ ...route, tab })}
            aria-current={route.tab === tab ? 'page' : undefined}
            onClick={(event) => follow(event, { ...route, tab })}
          >
            {title}
          </a>
        ))}
      </nav>
      {areInstancesOpen && <InstancesDialog route={route} close={() => openInstances(false)} />}
    </header>
  );
}

/** With absolute times, so that who opens it tomorrow sees the same. */
export function copyLink(route: GroupRoute): void {
  const nowMs = Date.now();
  const range = rangeOf(route.range, nowMs);
  const brushed = route.brushed && rangeOf(route.brushed, nowMs);
  const fixed = {
    ...route,
    range: range ? momentsOf(range) : route.range,
    brushed: brushed && momentsOf(brushed),
  };
  void copy(location.origin + format(fixed), 'Link');
}
