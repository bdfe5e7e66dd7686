import { agreesWithItsTwin } from './contract/agrees-with-its-twin.ts';
import { countsUploadsOnce } from './contract/counts-uploads-once.ts';
import { framesAgreeWithTrees } from './contract/frames-agree-with-trees.ts';
import { keepsWhatItShould } from './contract/keeps-what-it-should.ts';
import { losesNothing } from './contract/loses-nothing.ts';
import { noon, type OpenStore } from './contract/open-store.ts';
import {
  readsInstances,
  readsInstancesOfGroups,
  readsSeries,
  treatsLevelsAsLevels,
} from './contract/reads-series.ts';
import { keepsTheShapeOfATree, readsTrees, selects } from './contract/reads-trees.ts';
import { defaultRetention } from './profile-store.ts';

/** What every store promises. Each engine's test file calls this with its own `open`. */
export function keepsTheProfileStoreContract(open: OpenStore): void {
  const opened = () => open({ retention: defaultRetention, now: () => noon });
  readsTrees(opened);
  selects(opened);
  keepsTheShapeOfATree(opened);
  readsSeries(opened);
  readsInstances(opened);
  readsInstancesOfGroups(opened);
  treatsLevelsAsLevels(opened);
  countsUploadsOnce(opened);
  losesNothing(opened);
  keepsWhatItShould(open);
  framesAgreeWithTrees(open);
  agreesWithItsTwin(open);
}
