import { type DrawnSeries, preparedProfile } from '../prepared-profile-fixture.ts';
import type { PreparedProfile, ProfileStore, Retention } from '../profile-store.ts';
import { tierMs } from '../profile-store.ts';

interface StoreUnderTest {
  readonly store: ProfileStore;
  /** Closes the store and opens what it left. */
  reopen(): Promise<ProfileStore>;
}

interface StoreNeeds {
  readonly retention: Retention;
  readonly now: () => number;
}

/** Opens an empty store, and sees to it that it is gone after the test. */
export type OpenStore = (needs: StoreNeeds) => Promise<StoreUnderTest>;
/** With the default retention, at noon. */
export type Opened = () => Promise<StoreUnderTest>;

export const { PT5M: minutes5, PT1H: hour, P1D: day } = tierMs;
export const midnight = Date.UTC(2026, 5, 1);
export const noon = midnight + 12 * hour;
export const wholeDay = { fromMs: midnight, toMs: midnight + day };
export const cpu = { group: 1, measure: 'cpu', ...wholeDay };

export const readAndParse = `
  main;parse;read 30
  main;parse 2
  main;render 5
`;
export const drawn = (stacks: string, more: Omit<DrawnSeries, 'stacks'> = {}): PreparedProfile =>
  preparedProfile({ stacks, ...more });
