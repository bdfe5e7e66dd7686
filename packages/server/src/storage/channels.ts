import type { GroupId } from './profile-store.ts';

/** Where news of a group goes. */
export interface Channel {
  /** A UUID. */
  readonly id: string;
  readonly uri: string;
  readonly eventPublishers: readonly string[];
}

/** Notification channels, at most `maxChannels` per group, in the order in which they were added. */
export interface Channels {
  channels(group: GroupId): Promise<readonly Channel[]>;
  /** All or none. Throws Problem('too-many-channels' | 'channel-exists'); `channel-exists` is about the uri. */
  add(group: GroupId, channels: readonly Channel[]): Promise<readonly Channel[]>;
  /** Throws Problem('unknown-channel'). */
  remove(group: GroupId, channel: string): Promise<readonly Channel[]>;
}

export const maxChannels = 2;
