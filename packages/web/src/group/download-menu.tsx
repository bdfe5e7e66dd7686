import { paths } from '@everflame/api/paths';
import { viewAddress } from '../api/questions.ts';
import { Download } from '../shell/icons.tsx';
import type { GroupRoute } from '../url/route.ts';
import { shownRange, type View, viewQuery } from './views.ts';

/** What is shown, in the formats that other programs read. */
export function DownloadMenu({ route, view }: { route: GroupRoute; view: View }) {
  const query = viewQuery(view, route, shownRange(route));
  const link = (format: string) =>
    viewAddress(paths.export(route.group), query, [['format', format]]);
  return (
    <details class="menu right">
      <summary class="button">
        <Download /> Download
      </summary>
      <div class="menu-panel">
        <a href={link('pprof')} download>
          pprof <span class="muted">for go tool pprof, speedscope</span>
        </a>
        <a href={link('folded')} download>
          Folded stacks <span class="muted">one stack a line</span>
        </a>
      </div>
    </details>
  );
}
