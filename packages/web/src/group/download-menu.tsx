import { paths } from '@everflame/api/paths';
import { viewAddress } from '../api/questions.ts';
import { Download } from '../shell/icons.tsx';
import { Menu } from '../shell/menu.tsx';
import type { GroupRoute } from '../url/route.ts';
import { shownRange, type View, viewQuery } from './views.ts';

/** What is shown, in the formats that other programs read. */
export function DownloadMenu({ route, view }: { route: GroupRoute; view: View }) {
  const query = viewQuery(view, route, shownRange(route));
  const link = (format: string) =>
    viewAddress(paths.export(route.group), query, [['format', format]]);
  return (
    <Menu
      align="right"
      title={
        <>
          <Download /> Download
        </>
      }
    >
      {(close) => (
        <>
          <a href={link('pprof')} download onClick={close}>
            pprof <span class="muted">for go tool pprof, speedscope</span>
          </a>
          <a href={link('folded')} download onClick={close}>
            Folded stacks <span class="muted">one stack a line</span>
          </a>
        </>
      )}
    </Menu>
  );
}
