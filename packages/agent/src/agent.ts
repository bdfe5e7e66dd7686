import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import * as workerThreads from 'node:worker_threads';
import { paths } from '@everflame/api/paths';
import { Backlog } from './backlog.ts';
import { BufferFolder } from './buffer-folder.ts';
import { Client } from './client.ts';
import { Contact, reasonOf } from './contact.ts';
import { FactsMeter } from './facts.ts';
import { Harmless } from './harmless.ts';
import type { Log } from './log.ts';
import { askOrders, type Orders } from './orders.ts';
import { Sampler, type Sampling } from './sampler.ts';
import type { Settings } from './settings.ts';
import { type Upload, uploadOf } from './upload.ts';
import { Uploader } from './uploader.ts';
import { version } from './version.ts';

const { isMainThread, threadId } = workerThreads;

/** A process that ends sooner never speaks to the server, and has nothing to say at its end. */
const FIRST_CONTACT_MS = 1000;
/** Early, so that whoever tries the agent out sees something. */
const FIRST_REPORT_MS = 10_000;
/** How long the natural end of the application may be put off to send the last profile. */
const LAST_WORD_MS = 1000;
/** The same for `stop()`, which somebody waits for on purpose. */
const STOP_MS = 5000;
/** Pauses up to this many periods keep sampling and drop it: stopping and starting costs more. */
const PAUSED_PERIODS = 10;
/** Above this share of a core in three periods in a row, profiling ends for good. */
const OVERHEAD_ALLOWED = 0.1;
const PERIODS_OVER = 3;

/**
 * Profiles this thread until it is stopped, the thread ends, or it would do harm. Nothing here throws or rejects
 * into the application, and no timer or socket keeps it alive.
 */
export class Agent {
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #harmless: Harmless;
  readonly #sampler: Sampler;
  readonly #facts: FactsMeter;
  readonly #client: Client;
  readonly #contact: Contact;
  readonly #backlog: Backlog;
  readonly #folder: BufferFolder | undefined;
  readonly #uploader: Uploader;
  readonly #released: () => void;
  readonly #startedMs = performance.now();
  #orders: Orders;
  #asking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isEnded = false;
  #hasLoadedFolder = false;
  #hasReported = false;
  #pausedPeriods = 0;
  #periodsOver = 0;
  #stopping: Promise<void> | undefined;

  /** Throws where the native sampler cannot run. `released` is called once `stop()` is done. */
  constructor(settings: Settings, log: Log, released: () => void) {
    this.#settings = settings;
    this.#log = log;
    this.#released = released;
    this.#harmless = new Harmless(log, () => this.#end());
    const { samplingIntervalMs, periodMs, bufferFolder, bufferBytes, group } = settings;
    this.#orders = { shouldProfile: true, periodMs, samplingIntervalMs };
    this.#client = new Client(settings.server, settings.token);
    this.#folder = bufferFolder ? new BufferFolder(bufferFolder, group, bufferBytes) : undefined;
    const done = this.#harmless.wrap((upload: Upload) => this.#folder?.forget(upload));
    this.#backlog = new Backlog(bufferBytes, done);
    this.#contact = contactOf(settings, log);
    this.#uploader = new Uploader({
      client: this.#client,
      contact: this.#contact,
      backlog: this.#backlog,
      log,
      path: paths.profiles(group),
      done,
    });
    this.#sampler = new Sampler(settings.heapIntervalBytes, log);
    this.#sampler.start({ intervalMs: samplingIntervalMs, periodMs });
    this.#facts = new FactsMeter(this.#harmless);
    process.on('beforeExit', this.#onBeforeExit);
    // Before @datadog/pprof's own listener, which would stop the sampler and throw the last profile away.
    process.prependListener('exit', this.#onExit);
    this.#schedule(FIRST_CONTACT_MS, () => this.#begin());
  }

  /**
   * Sends what is left, within five seconds, and ends profiling. What cannot be sent goes to the buffer folder.
   * Never rejects.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#harmless.wait(() => this.#stop());
    return this.#stopping;
  }

  async #begin(): Promise<void> {
    try {
      await this.#ask();
      if (this.#isEnded) return;
      // What was sampled so far, at another interval, is a profile of its own: the start of the application, and
      // all of it where the application has not let go of the thread until now.
      if (this.#sampler.mustRestart(this.#sampling)) this.#handOver(this.#orders.shouldProfile);
    } finally {
      const untilReport = Math.min(FIRST_REPORT_MS - FIRST_CONTACT_MS, this.#orders.periodMs);
      this.#schedule(untilReport, () => this.#turn());
    }
  }

  async #turn(): Promise<void> {
    // After the first, a random phase: instances that were started together must not report together.
    const phase = this.#hasReported ? 1 : Math.random();
    this.#hasReported = true;
    try {
      await this.#period();
    } finally {
      // Also after a fault: giving up is for `Harmless` to decide.
      this.#schedule(Math.max(1000, phase * this.#orders.periodMs), () => this.#turn());
    }
  }

  /** One period: ask, hand over what was sampled if that is wanted, go on as told. */
  async #period(): Promise<void> {
    if (this.#isKilled()) return this.#end();
    const wasWanted = this.#orders.shouldProfile;
    await this.#ask();
    if (this.#isEnded) return;
    const { shouldProfile } = this.#orders;
    this.#handOver(wasWanted && shouldProfile);
    if (this.#isEnded) return;
    this.#follow();
    if (this.#client.answered) this.#loadFolder();
    if (shouldProfile) this.#uploader.kick();
    else this.#uploader.close();
  }

  #schedule(ms: number, act: () => Promise<void>): void {
    if (this.#isEnded) return;
    this.#timer = setTimeout(() => void this.#harmless.wait(act), ms).unref();
  }

  #isKilled(): boolean {
    const { killFile } = this.#settings;
    if (!killFile || !existsSync(killFile)) return false;
    this.#log.info(`profiling ends: ${killFile} exists`);
    return true;
  }

  /** Without an answer the last orders hold. */
  #ask(): Promise<void> {
    this.#asking ??= askOrders(this.#client, this.#settings)
      .then(
        (orders) => {
          this.#orders = orders;
          this.#log.debug(`orders: ${JSON.stringify(orders)}`);
          this.#contact.succeeded('asking', orders.shouldProfile);
        },
        (cause: unknown) => this.#contact.failed('asking', reasonOf(cause)),
      )
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }

  get #sampling(): Sampling {
    return { intervalMs: this.#orders.samplingIntervalMs, periodMs: this.#orders.periodMs };
  }

  /** Ends one profile, to be sent if that is wanted, and begins the next as it was ordered. */
  #handOver(isWanted: boolean): void {
    const upload = this.#record(this.#sampling);
    if (upload && isWanted && !this.#isEnded) this.#backlog.add(upload);
  }

  /** What was sampled since the last time, ready to be sent. */
  #record(next?: Sampling): Upload | undefined {
    const recording = this.#facts.own(() => this.#sampler.rotate(next));
    const facts = this.#facts.take(recording?.busyShare);
    if (!recording) return undefined;
    this.#followAllocation();
    const ms = recording.endMs - recording.startMs;
    if (ms <= 0) return undefined;
    this.#watchOverhead((facts.agentOverheadSeconds ?? 0) / (ms / 1000));
    const upload = this.#facts.own(() =>
      uploadOf(
        {
          token: randomUUID(),
          startMs: recording.startMs,
          endMs: recording.endMs,
          labels: { ...this.#settings.labels, ...threadLabels() },
          agent: { name: 'everflame-nodejs', version },
          runtimeVersion: process.version.slice(1),
          facts,
        },
        recording,
      ),
    );
    this.#log.debug(`profile of ${ms} ms, ${upload.body.byteLength} bytes`);
    return upload;
  }

  /** An unknown rate says nothing: what was allocated before may go on. */
  #followAllocation(): void {
    const { bytesPerSecond } = this.#facts;
    if (bytesPerSecond === undefined) return;
    this.#facts.own(() => this.#sampler.followAllocation(bytesPerSecond));
  }

  /** The last profile of the process, unless that is not wanted or the process too short to be of interest. */
  #recordLast(): void {
    const upload = this.#record();
    if (upload && this.#hasLived && this.#orders.shouldProfile) this.#backlog.add(upload);
  }

  get #hasLived(): boolean {
    return performance.now() - this.#startedMs >= FIRST_CONTACT_MS;
  }

  #watchOverhead(share: number): void {
    this.#periodsOver = share > OVERHEAD_ALLOWED ? this.#periodsOver + 1 : 0;
    if (this.#periodsOver < PERIODS_OVER) return;
    this.#log.info(`profiling ends: it took ${Math.round(share * 100)} % of a core`);
    this.#end();
  }

  /** Stops the sampler where it is not wanted for long, and starts it where it is wanted again. */
  #follow(): void {
    const { shouldProfile } = this.#orders;
    this.#pausedPeriods = shouldProfile ? 0 : this.#pausedPeriods + 1;
    this.#facts.own(() => {
      if (this.#pausedPeriods > PAUSED_PERIODS) this.#sampler.stop();
      else if (shouldProfile && !this.#sampler.isRunning) this.#sampler.start(this.#sampling);
    });
  }

  #loadFolder(): void {
    if (this.#hasLoadedFolder || !this.#folder || !isMainThread) return;
    this.#hasLoadedFolder = true;
    for (const upload of this.#folder.load(Date.now())) this.#backlog.add(upload);
  }

  readonly #onBeforeExit = () => void this.#harmless.wait(() => this.#sayLastWord());

  /**
   * The application has nothing left to do. With a folder the last profile needs no network; without one it is
   * sent now, unless the server did not answer lately: a dead server must not delay anybody's end.
   */
  async #sayLastWord(): Promise<void> {
    process.off('beforeExit', this.#onBeforeExit);
    if (this.#isEnded || this.#folder || this.#client.answered === false) return;
    this.#recordLast();
    if (this.#backlog.all.length > 0) await this.#flush(LAST_WORD_MS);
  }

  async #flush(withinMs: number): Promise<void> {
    const cut = setTimeout(() => this.#client.cut(), withinMs).unref();
    this.#client.hold();
    this.#contact.isLast = true;
    // The group may not exist, or not want to be profiled, as long as the server was never asked.
    if (this.#client.answered === undefined) await this.#ask();
    if (this.#orders.shouldProfile) await this.#uploader.flush();
    clearTimeout(cut);
    this.#client.release();
  }

  readonly #onExit = () =>
    this.#harmless.run(() => {
      if (this.#isEnded) return;
      if (this.#folder && this.#orders.shouldProfile) {
        this.#recordLast();
        this.#save();
      }
      this.#end();
    });

  async #stop(): Promise<void> {
    if (!this.#isEnded) {
      if (!this.#hasLived) this.#contact.mute();
      const upload = this.#record();
      if (upload && this.#orders.shouldProfile) this.#backlog.add(upload);
      this.#end();
      if (this.#backlog.all.length > 0) await this.#flush(STOP_MS);
      this.#save();
    }
    this.#released();
  }

  #save(): void {
    try {
      this.#folder?.save(this.#backlog.all);
    } catch (cause) {
      this.#log.info(`cannot keep what was not sent: ${String(cause)}`);
    }
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.#uploader.close();
    process.off('beforeExit', this.#onBeforeExit);
    process.off('exit', this.#onExit);
    this.#facts.stop();
    this.#sampler.stop();
  }
}

/** The main thread alone speaks of the server, for all threads of the process. */
function contactOf({ group, server, groupNote }: Settings, log: Log): Contact {
  const address = server.origin + server.pathname.replace(/\/$/, '');
  const contact = new Contact(log, { group, server: address, note: groupNote });
  if (!isMainThread) contact.mute();
  return contact;
}

/** Each worker thread profiles itself. Node names threads from 22.20 and 24.6 on. */
function threadLabels(): Record<string, string> {
  if (isMainThread) return {};
  const name = 'threadName' in workerThreads ? String(workerThreads.threadName) : '';
  return { 'thread.name': name || `worker-${threadId}` };
}
