import { useRef } from 'preact/hooks';
import { useKeys } from '../shell/keys.ts';

interface SearchBoxProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
}

/** `/` comes here, Escape empties it and goes back to where one was. */
export function SearchBox({ label, value, change }: SearchBoxProps) {
  const field = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => field.current?.select() });
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' && event.key !== 'Enter') return;
    if (event.key === 'Escape') change('');
    event.preventDefault();
    field.current?.blur();
  };
  return (
    <input
      ref={field}
      type="search"
      class="search"
      aria-label={label}
      placeholder={`${label}  /`}
      value={value}
      autocomplete="off"
      spellcheck={false}
      onInput={(event) => change(event.currentTarget.value)}
      onKeyDown={pressed}
    />
  );
}
