import type { GroupList, GroupSummary, ServerStatus } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { useEffect, useRef, useState } from 'preact/hooks';
import { usePulse } from '../api/pulse.ts';
import { ask, groupsAddress } from '../api/questions.ts';
import { type Loaded, useResource } from '../api/resource.ts';
import { SearchBox } from '../group/search-box.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { FailureNote } from '../shell/failure-note.tsx';
import { bytes } from '../show/quantity.ts';
import { amend, go } from '../url/navigation.ts';
import { type GroupsRoute, groupRoute } from '../url/route.ts';
import { GroupTable } from './group-table.tsx';
import { Snippets } from './snippets.tsx';
import { UploadDialog } from './upload-dialog.tsx';
import { WaitingPanel } from './waiting-panel.tsx';

const refreshMs = 10_000;
const waitMs = 2000;

export function GroupsPage({ route }: { route: GroupsRoute }) {
  const [isWaiting, wait] = useState(false);
  const [opened, show] = useState<'connect' | 'upload'>();
  const close = () => show(undefined);
  const pulse = usePulse(isWaiting ? waitMs : refreshMs, true);
  const status = useResource(paths.status, pulse, ask.status);
  const list = useResource(groupsAddress(route.search, undefined), pulse, ask.groups);
  const awaited = awaitedSelf(status.value, list.value);
  const isYoung = isSelfStillComing(status.value, list.value, route);
  useEffect(() => wait(isYoung), [isYoung]);
  useOpenWhenReady(awaited, list.value);
  useEffect(() => {
    document.title = 'Everflame';
  }, []);
  return (
    <main class="page">
      <header class="row page-head">
        <h1>Groups</h1>
        <SearchBox
          label="Find a group"
          value={route.search}
          change={(search) => amend({ ...route, search })}
        />
        <span class="spacer" />
        {status.value && <Server status={status.value} />}
        <button type="button" class="button" onClick={() => show('upload')}>
          Upload a profile
        </button>
        <button type="button" class="button" onClick={() => show('connect')}>
          Connect an application
        </button>
      </header>
      {awaited && <WaitingPanel group={awaited} isSelf />}
      <Groups list={list} route={route} hasOwn={awaited !== undefined} />
      {opened === 'upload' && <UploadDialog close={close} />}
      {opened === 'connect' && (
        <Dialog title="Connect an application" isWide close={close}>
          <HowToConnect />
        </Dialog>
      )}
    </main>
  );
}

const Server = ({ status }: { status: ServerStatus }) => (
  <span class="muted">
    <span class="wide-only">Everflame {status.version} · </span>
    {bytes(status.storage.bytes)} of {bytes(status.storage.budgetBytes)} stored
  </span>
);

/** The server's own group, while no profile of it has come. */
function awaitedSelf(
  status: ServerStatus | undefined,
  list: GroupList | undefined,
): GroupSummary | undefined {
  if (status?.selfGroup === undefined) return undefined;
  const own = list?.groups.find(({ name }) => name === status.selfGroup);
  return own?.lastProfileMs === undefined ? own : undefined;
}

/** Its agent is about to create the group, or has yet to send: worth asking often. */
function isSelfStillComing(
  status: ServerStatus | undefined,
  list: GroupList | undefined,
  { search }: GroupsRoute,
): boolean {
  if (status?.selfGroup === undefined || !list || list.next !== undefined || search !== '')
    return false;
  const own = list.groups.find(({ name }) => name === status.selfGroup);
  return own?.lastProfileMs === undefined;
}

/** Who watched the wait gets what was waited for. */
function useOpenWhenReady(awaited: GroupSummary | undefined, list: GroupList | undefined): void {
  const waitedFor = useRef<string>(undefined);
  useEffect(() => {
    if (awaited) waitedFor.current = awaited.name;
    const own = list?.groups.find(({ name }) => name === waitedFor.current);
    if (own?.lastProfileMs !== undefined && list?.groups.length === 1) go(groupRoute(own.name));
  }, [awaited, list]);
}

interface GroupsProps {
  readonly list: Loaded<GroupList>;
  readonly route: GroupsRoute;
  readonly hasOwn: boolean;
}

function Groups({ list, route, hasOwn }: GroupsProps) {
  const { value, failure, reload } = list;
  const groups = value?.groups ?? [];
  if (failure && !value) return <FailureNote failure={failure} retry={reload} />;
  if (!value) return <div class="panel skeleton page-skeleton" aria-busy="true" />;
  const isAll = route.search === '';
  return (
    <>
      {failure && <FailureNote failure={failure} retry={reload} />}
      {groups.length > 0 && !(hasOwn && groups.length === 1) && (
        <GroupTable groups={groups} next={value.next} search={route.search} />
      )}
      {groups.length === 0 && !isAll && (
        <section class="panel empty">
          <p>No group has “{route.search}” in its name.</p>
        </section>
      )}
      {isAll && groups.length <= 1 && (
        <section class="panel">
          <h2>
            {groups.length === 0 ? 'Connect the first application' : 'Connect an application'}
          </h2>
          <HowToConnect />
        </section>
      )}
    </>
  );
}

const HowToConnect = () => (
  <>
    <p class="muted">
      The agent creates the group and sends its first profile ten seconds after the application has
      started, then one a minute.
    </p>
    <Snippets group="my-service" isNew />
  </>
);
