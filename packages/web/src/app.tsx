import { useState } from 'preact/hooks';
import { GroupPage } from './group/group-page.tsx';
import { GroupsPage } from './groups/groups-page.tsx';
import { notice } from './shell/clipboard.ts';
import { Help } from './shell/help.tsx';
import { Flame, HalfMoon } from './shell/icons.tsx';
import { useKeys } from './shell/keys.ts';
import { Lost } from './shell/lost.tsx';
import { Name } from './shell/name.tsx';
import { OfflineBanner } from './shell/offline-banner.tsx';
import { toggleTheme } from './shell/theme.ts';
import { follow, route } from './url/navigation.ts';
import { groupsRoute } from './url/route.ts';

export function App() {
  const [isHelpOpen, openHelp] = useState(false);
  useKeys({ '?': () => openHelp(true) });
  return (
    <>
      <header class="bar-top">
        <a class="brand" href="/" onClick={(event) => follow(event, groupsRoute)}>
          <Flame /> Everflame
        </a>
        <Crumb />
        <span class="spacer" />
        <button
          type="button"
          class="button icon-only"
          aria-label="Light or dark"
          title="Light or dark"
          onClick={toggleTheme}
        >
          <HalfMoon />
        </button>
        <button
          type="button"
          class="button icon-only"
          aria-label="Help"
          title="Help"
          onClick={() => openHelp(true)}
        >
          ?
        </button>
      </header>
      <OfflineBanner />
      <Page />
      <div class="notice" role="status" data-shown={notice.value !== '' || undefined}>
        {notice.value}
      </div>
      {isHelpOpen && <Help close={() => openHelp(false)} />}
    </>
  );
}

function Crumb() {
  const at = route.value;
  if (at.page !== 'group') return undefined;
  return (
    <nav class="crumb" aria-label="Where you are">
      <a href="/" onClick={(event) => follow(event, groupsRoute)}>
        Groups
      </a>{' '}
      <span aria-hidden="true">/</span> <Name of={at.group} />
    </nav>
  );
}

function Page() {
  const at = route.value;
  switch (at.page) {
    case 'groups':
      return <GroupsPage route={at} />;
    case 'group':
      return <GroupPage key={at.group} route={at} />;
    case 'lost':
      return <Lost title="There is nothing here" text={`No page has the address ${at.path}.`} />;
  }
}
