import { Dialog } from './dialog.tsx';
import { hasLetterKeys, setLetterKeys } from './keys.ts';

const keys: readonly (readonly [string, string])[] = [
  ['/', 'find a frame or a group'],
  ['j k Enter', 'list of groups: down, up, open'],
  ['← ↑ → ↓', 'flame graph: siblings, caller, callee'],
  ['Enter', 'zoom to the selected frame'],
  ['Esc', 'back out of one zoom'],
  ['0', 'show everything'],
  ['n N', 'next and previous match'],
  ['o', 'order: heaviest first, or by name'],
  ['t', 'flame graph or hotspots'],
  ['c', 'copy the name of the selected frame'],
  ['y', 'copy a link with absolute times'],
  ['wheel', 'scroll'],
  ['Ctrl + wheel', 'zoom where the pointer is'],
  ['drag', 'pan'],
  ['right click, Shift + F10', 'menu of a frame'],
];

export const Help = ({ close }: { close: () => void }) => (
  <Dialog title="Keys" close={close}>
    <table>
      <tbody>
        {keys.map(([key, what]) => (
          <tr key={key}>
            <th scope="row">
              <kbd>{key}</kbd>
            </th>
            <td>{what}</td>
          </tr>
        ))}
      </tbody>
    </table>
    <label class="check">
      <input
        type="checkbox"
        checked={hasLetterKeys.value}
        onChange={(event) => setLetterKeys(event.currentTarget.checked)}
      />
      Keys of a single letter
    </label>
  </Dialog>
);
