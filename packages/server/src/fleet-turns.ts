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
  readonly #known = new Map<string, Known>();
  #turn = '';
  /** How many have a turn. */
  #held = 0;
  #nextGoneMs = Number.POSITIVE_INFINITY;

  constructor(agents: readonly AgentSeen[], rule: Rule) {
    this.#begin(rule);
    const turn = turnOf(rule);
    for (const { instance, askedMs, isProfiling } of agents) {
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
    this.#settle(rule);
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
    this.#nextGoneMs = Math.min(this.#nextGoneMs, goneMs);
    const known = this.#known.get(instance);
    if (known) {
      known.goneMs = goneMs;
      return known;
    }
    if (this.#known.size >= MAX_INSTANCES) return undefined;
    const met = { goneMs, score: score(instance, this.#turn), hasTurn: false };
    this.#known.set(instance, met);
    return met;
  }

  /** Drops those who are gone, then gives and takes turns until there are as many as there should be. */
  #settle({ nowMs, instances }: Rule): void {
    if (nowMs >= this.#nextGoneMs) this.#dropGone(nowMs);
    const wanted = Math.min(instances, this.#known.size);
    if (this.#held === wanted) return;
    const best = [...this.#known.values()].sort(
      (a, b) => Number(b.hasTurn) - Number(a.hasTurn) || b.score - a.score,
    );
    for (const [rank, known] of best.entries()) known.hasTurn = rank < wanted;
    this.#held = wanted;
  }

  #dropGone(nowMs: number): void {
    this.#nextGoneMs = Number.POSITIVE_INFINITY;
    for (const [instance, { goneMs, hasTurn }] of this.#known) {
      if (goneMs > nowMs) {
        this.#nextGoneMs = Math.min(this.#nextGoneMs, goneMs);
        continue;
      }
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
