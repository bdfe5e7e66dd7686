import { Name } from '../shell/name.tsx';
import { count, counted, percent, quantity, type Unit } from '../show/quantity.ts';
import { cutOff, description } from './description.ts';
import { explained } from './explained.ts';
import type { FlameTree } from './flame-tree.ts';
import type { Hit } from './hit.ts';

export interface HitProps {
  readonly tree: FlameTree;
  readonly hit: Hit;
  readonly unit: Unit;
}

/** Below the picture, always in the same place; read aloud when it changes by keyboard. */
export const DetailsStrip = ({ tree, hit, unit }: HitProps) =>
  hit.part === 'elided' ? (
    <ElidedDetails tree={tree} hit={hit} unit={unit} />
  ) : (
    <BoxDetails tree={tree} hit={hit} unit={unit} />
  );

function BoxDetails({ tree, hit, unit }: HitProps) {
  const about = description(tree, hit.node);
  const [place, siblings] = about.place;
  const explanation = explained(about.name);
  return (
    <>
      <strong class="strip-name">
        <Name of={about.name} />
      </strong>
      <span>
        total <b>{percent(about.share)}</b>{' '}
        {about.spread !== '' && <span class="muted">{about.spread} </span>}·{' '}
        {quantity(about.total, unit)}
      </span>
      <span>
        self <b>{percent(about.selfShare)}</b>
        {about.self > 0 && ` · ${quantity(about.self, unit)}`}
      </span>
      {explanation !== undefined && <span>{explanation}</span>}
      {about.where !== '' && (
        <span class="strip-file">
          <Name of={about.where} />
        </span>
      )}
      {about.module !== '' && <Name of={about.module} />}
      <span class="muted">
        {counted(about.places, 'place')} · depth {about.depth}
        {siblings > 1 && `, ${place} of ${siblings} siblings`}
      </span>
    </>
  );
}

function ElidedDetails({ tree, hit }: HitProps) {
  const { nodes, share } = cutOff(tree, hit);
  return (
    <span>
      <b>{count(nodes)}</b> smaller callees, {percent(share)} together. Click to load them.
    </span>
  );
}
