import { useLayoutEffect, useRef } from 'preact/hooks';
import { Name } from '../shell/name.tsx';
import { count, percent, quantity } from '../show/quantity.ts';
import { stateName } from '../show/state-name.ts';
import { cutOff, description } from './description.ts';
import type { HitProps } from './details-strip.tsx';
import { explained } from './explained.ts';

interface TooltipProps extends HitProps {
  readonly x: number;
  readonly y: number;
}

/** Beside the pointer, never under it, never outside of the window. The strip says the same aloud. */
export function Tooltip({ x, y, ...about }: TooltipProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const { offsetWidth: width, offsetHeight: height } = element;
    const left = Math.max(8, Math.min(x + 14, innerWidth - width - 8));
    const below = y + 18;
    const top = below + height > innerHeight - 8 ? Math.max(8, y - height - 12) : below;
    element.style.transform = `translate(${left}px, ${top}px)`;
  });
  return (
    <div ref={box} class="tooltip" aria-hidden="true">
      {about.hit.part === 'elided' ? <ElidedTip {...about} /> : <BoxTip {...about} />}
    </div>
  );
}

function BoxTip({ tree, hit, unit }: HitProps) {
  const about = description(tree, hit.node);
  const explanation = explained(about.name);
  return (
    <>
      <strong class="mono">
        <Name of={about.name} />
      </strong>
      {about.where !== '' && (
        <p class="mono muted">
          <Name of={endOf(about.where)} />
        </p>
      )}
      <table>
        <tbody>
          <tr>
            <th scope="row">total</th>
            <td>
              {percent(about.share)} <small>{about.spread}</small>
            </td>
            <td>{quantity(about.total, unit)}</td>
          </tr>
          <tr>
            <th scope="row">self</th>
            <td>{percent(about.selfShare)}</td>
            <td>{about.self > 0 && quantity(about.self, unit)}</td>
          </tr>
        </tbody>
      </table>
      {explanation !== undefined && <p>{explanation}</p>}
      {about.states.length > 1 && (
        <p>
          {about.states
            .map(({ state, share }) => `${stateName(state)} ${percent(share)}`)
            .join(' · ')}
        </p>
      )}
      <p class="muted">click: zoom · right click: menu</p>
    </>
  );
}

/** A tooltip has no room for a long path, whose end says most; the strip has all of it. */
const longest = 48;

const endOf = (path: string): string =>
  path.length > longest ? `…${path.slice(-longest).replace(/^[^/\\]*(?=[/\\])/, '')}` : path;

function ElidedTip({ tree, hit }: HitProps) {
  const { nodes, share } = cutOff(tree, hit);
  return (
    <>
      <strong>
        {count(nodes)} smaller callees, {percent(share)}
      </strong>
      <p class="muted">click: load them</p>
    </>
  );
}
