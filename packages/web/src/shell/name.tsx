import { visibleText } from '../flame/visible-text.ts';

/** A name from somebody's program: as text, with nothing invisible in it, apart from the text around. */
export const Name = ({ of }: { of: string }) => (
  <bdi class="name">{visibleText(of) || '(no name)'}</bdi>
);
