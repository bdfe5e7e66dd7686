import { Problem } from '@everflame/model';
import { type Channel, type Channels, maxChannels } from './channels.ts';
import type { GroupId } from './profile-store.ts';
import type { Sql } from './sql.ts';

export class SqlChannels implements Channels {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  channels(group: GroupId): Promise<readonly Channel[]> {
    return read(this.#sql, group);
  }

  add(group: GroupId, channels: readonly Channel[]): Promise<readonly Channel[]> {
    return this.#sql.transaction(async (sql) => {
      const all = [...(await read(sql, group))];
      for (const channel of channels) {
        const { id, uri } = channel;
        if (all.some((other) => other.id === id || other.uri === uri)) {
          throw new Problem(
            'channel-exists',
            `The group has the channel “${uri}” or its id already.`,
          );
        }
        all.push(channel);
      }
      if (all.length > maxChannels) throw new Problem('too-many-channels');
      const [last] = await sql.query('SELECT max(place) AS place FROM channels');
      for (const [index, channel] of channels.entries()) {
        await insert(sql, group, { ...channel, place: Number(last?.place ?? 0) + 1 + index });
      }
      return all;
    });
  }

  remove(group: GroupId, channel: string): Promise<readonly Channel[]> {
    return this.#sql.transaction(async (sql) => {
      const [row] = await sql.query(
        'DELETE FROM channels WHERE group_id = $1 AND id = $2 RETURNING id',
        [group, channel],
      );
      if (row === undefined) {
        throw new Problem('unknown-channel', `The group has no notification channel “${channel}”.`);
      }
      return read(sql, group);
    });
  }
}

/** Of a group that is still there: it may be gone since it was looked for. */
async function insert(
  sql: Sql,
  group: GroupId,
  { id, place, uri, eventPublishers }: Channel & { readonly place: number },
): Promise<void> {
  const [row] = await sql.query(
    `INSERT INTO channels
       SELECT id, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT)
       FROM profiling_groups WHERE id = $1
     RETURNING group_id`,
    [group, id, place, uri, JSON.stringify(eventPublishers)],
  );
  if (row === undefined) throw new Problem('unknown-group');
}

async function read(sql: Sql, group: GroupId): Promise<readonly Channel[]> {
  const rows = await sql.query(
    'SELECT id, uri, event_publishers FROM channels WHERE group_id = $1 ORDER BY place',
    [group],
  );
  return rows.map(({ id, uri, event_publishers }) => ({
    id: String(id),
    uri: String(uri),
    eventPublishers: JSON.parse(String(event_publishers)) as string[],
  }));
}
