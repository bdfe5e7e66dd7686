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

const words: readonly (readonly [string, string])[] = [
  ['total', 'time, bytes or calls in a function and in all that it calls; the width of a box'],
  ['self', 'in the function itself alone; the dark underline of a box shows how much of its width'],
  ['places', 'how many boxes show the same function, each reached over other callers'],
  ['±', 'half the interval that holds the true share with 95 % certainty; more samples narrow it'],
  [
    'categories',
    'what kind of code a function is, guessed from its name and file, for the eye only',
  ],
  ['shades', 'of one colour tell packages apart; a hatched box stands for many small ones'],
];

export const Help = ({ close }: { close: () => void }) => (
  <Dialog title="Help" isWide close={close}>
    <div class="help">
      <Terms title="Words" terms={words} />
      <Terms title="Keys" terms={keys} isKeys />
    </div>
    <label class="check">
      <input
        type="checkbox"
        checked={hasLetterKeys.value}
        onChange={(event) => setLetterKeys(event.currentTarget.checked)}
      />
      <span>
        Keys of a single letter{' '}
        <span class="muted">
          (turn them off if you speak to your computer, or press them by chance)
        </span>
      </span>
    </label>
  </Dialog>
);

interface TermsProps {
  readonly title: string;
  readonly terms: readonly (readonly [string, string])[];
  readonly isKeys?: boolean;
}

const Terms = ({ title, terms, isKeys = false }: TermsProps) => (
  <table>
    <caption>{title}</caption>
    <tbody>
      {terms.map(([term, what]) => (
        <tr key={term}>
          <th scope="row">{isKeys ? <kbd>{term}</kbd> : term}</th>
          <td>{what}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
