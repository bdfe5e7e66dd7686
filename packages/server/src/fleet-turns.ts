import { createHash } from 'node:crypto';
import type { AgentSeen, Fleet, GroupSettings } from './storage/fleet.ts';
import type { GroupId } from './storage/profile-store.ts';

/** In a larger group those that come later have no turn. */
const MAX_INSTANCES = 100_000;
const DEFAULT_TURN_SECONDS = 900;

interface Asking {
  readonly group: GroupId;
  readonly instance: string;
  readonly settings: GroupSettings;
  readonly nowMs: number;
  /** How often it asks. */
  readonly periodMs: number;
}

/** Where a group wants few of its instances to profile at a time: which. */
export class FleetTurns {
  readonly #fleet: Fleet;
  readonly #groups = new Map<GroupId, Promise<GroupTurns>>();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Whether it may profile until it asks again. */
  async mayProfile({ group, instance, settings, nowMs, periodMs }: Asking): Promise<boolean> {
    if (settings.instances === undefined) {
      this.forget(group);
      return true;
    }
    const turnMs = 1000 * (settings.turnSeconds ?? DEFAULT_TURN_SECONDS);
    const rule = { instances: settings.instances, turnMs, nowMs, staysMs: 2 * periodMs + 60_000 };
    const turns = this.#groups.get(group) ?? this.#load(group, rule);
    return (await turns).ask(instance, rule);
  }

  forget(group: GroupId): void {
    this.#groups.delete(group);
  }

  /** After a start, or where the rule is new: as the instances were told when they asked last. */
  #load(group: GroupId, rule: Rule): Promise<GroupTurns> {
    const turns = this.#fleet
      .agents(group, rule.nowMs - rule.staysMs, MAX_INSTANCES)
      .then((agents) => new GroupTurns(agents, rule));
    this.#groups.set(group, turns);
    turns.catch(() => this.forget(group));
    return turns;
  }
}

interface Rule {
  /** So many have a turn at any moment, or all where there are fewer. */
  readonly instances: number;
  readonly turnMs: number;
  readonly nowMs: number;
  /** How long an instance that does not ask again counts as there. */
  readonly staysMs: number;
}

interface Known {
  goneMs: number;
  /** Highest first, and different in every turn. */
  score: number;
  hasTurn: boolean;
}

/**
 * Turns of one group by rendezvous hashing: the instances with the highest hashes of (instance, turn) have this turn.
 * Whoever has it keeps it to its end, though better ones come; what is left by those who go falls to the best.
 */
export class GroupTurns {
  /** Who asked longest ago comes first, and so is the first to be gone. */
  readonly #known = new Map<string, Known>();
  #turn = '';
  /** How many have a turn. */
  #held = 0;

  constructor(agents: readonly AgentSeen[], rule: Rule) {
    this.#begin(rule);
    const turn = turnOf(rule);
    const asked = agents.toSorted((a, b) => (a.askedMs ?? 0) - (b.askedMs ?? 0));
    for (const { instance, askedMs, isProfiling } of asked) {
      if (askedMs === undefined) continue;
      const known = this.#meet(instance, askedMs + rule.staysMs);
      if (!known || !isProfiling || turnOf({ ...rule, nowMs: askedMs }) !== turn) continue;
      known.hasTurn = true;
      this.#held++;
    }
    this.#settle(rule);
  }

  ask(instance: string, rule: Rule): boolean {
    this.#begin(rule);
    const known = this.#meet(instance, rule.nowMs + rule.staysMs);
    this.#settle(rule, known);
    return known?.hasTurn ?? false;
  }

  get withTurn(): readonly string[] {
    return [...this.#known].filter(([, { hasTurn }]) => hasTurn).map(([instance]) => instance);
  }

  #begin(rule: Rule): void {
    const turn = turnOf(rule);
    if (turn === this.#turn) return;
    this.#turn = turn;
    this.#held = 0;
    for (const [instance, known] of this.#known) {
      known.hasTurn = false;
      known.score = score(instance, turn);
    }
  }

  #meet(instance: string, goneMs: number): Known | undefined {
    const before = this.#known.get(instance);
    if (!before && this.#known.size >= MAX_INSTANCES) return undefined;
    const known = before ?? { goneMs, score: score(instance, this.#turn), hasTurn: false };
    known.goneMs = goneMs;
    this.#known.delete(instance);
    this.#known.set(instance, known);
    return known;
  }

  /**
   * Drops those who are gone, then gives and takes turns until there are as many as there should be. A fleet that comes
   * up or changes asks once each, so what is usual must not look at all of them: one newcomer, or one who is gone.
   */
  #settle({ nowMs, instances }: Rule, asking?: Known): void {
    this.#dropGone(nowMs);
    const wanted = Math.min(instances, this.#known.size);
    const missing = wanted - this.#held;
    if (missing === 0) return;
    if (missing === 1) {
      const isNew = asking !== undefined && !asking.hasTurn && wanted === this.#known.size;
      const heir = isNew ? asking : this.#best();
      if (heir) heir.hasTurn = true;
    } else {
      const best = [...this.#known.values()].sort(
        (a, b) => Number(b.hasTurn) - Number(a.hasTurn) || b.score - a.score,
      );
      for (const [rank, known] of best.entries()) known.hasTurn = rank < wanted;
    }
    this.#held = wanted;
  }

  /** Of those without a turn. */
  #best(): Known | undefined {
    let best: Known | undefined;
    for (const known of this.#known.values()) {
      if (!known.hasTurn && (best === undefined || known.score > best.score)) best = known;
    }
    return best;
  }

  /** Where they have come to ask more often, one that is gone may stay until those before it are. */
  #dropGone(nowMs: number): void {
    for (const [instance, { goneMs, hasTurn }] of this.#known) {
      if (goneMs > nowMs) return;
      this.#known.delete(instance);
      if (hasTurn) this.#held--;
    }
  }
}

const turnOf = ({ nowMs, turnMs }: Pick<Rule, 'nowMs' | 'turnMs'>): string =>
  `${turnMs} ${Math.floor(nowMs / turnMs)}`;

/** 48 bits of a hash: even, and the same on every machine. */
const score = (instance: string, turn: string): number =>
  createHash('sha256').update(`${turn} ${instance}`).digest().readUIntBE(0, 6);
