import { retryDelayMs } from '#lib/domain/backoff.ts';
import { log } from '#server/log.ts';
import {
  forgetFailures,
  recordEnd,
  recordRuleCount,
  releaseSensor,
  type SensorEnd,
  type TakenSensor,
} from '#server/sensors/process-repository.ts';
import type { WantedSensor } from '#server/sensors/process-wanted.ts';
import { PackDamaged, tellPutBack } from '../packs/pack-copies.ts';
import type { SensorsContext } from './context.ts';
import { describeEnd, limitOf, toRecord } from './describe-end.ts';
import { LogWriter } from './log-writer.ts';
import { findProgram, type SensorProgram } from './program.ts';
import { type ProcessEnd, type SensorProcess, startSensorProcess } from './sensor-process.ts';
import { Signal } from './signal.ts';
import { RAN_WELL_MS, type RestartReason, watchProcess } from './watch-process.ts';
import { sameProgram } from './wish.ts';

const RECORD_RETRY_MS = 500;
const BACKOFF = {
  backoff: 'exponential',
  delay_seconds: 1,
  max_delay_seconds: 300,
  jitter: 0,
} as const;

/**
 * Keeps one sensor that this worker has taken:
 *
 *                 ┌────────── rules, program, request, token ──────────┐
 *                 ▼                                                    │
 *     taken ─► starting ─► running ─── asked to stop ─► stopping ──────┴─► stopped, given back
 *                 │  ▲         └─ ended unasked ─► backoff ─┐
 *                 │  └───────────── 1 s … 5 min ────────────┤
 *                 └─ could not start ─────────► failed ─────┘
 *
 * A wish of null and the loss of the lease end it from anywhere; after a loss nothing more is written.
 */
export class SensorKeeper {
  readonly lease: TakenSensor;
  /** Never rejects; resolves when the process is gone and the sensor has been given back. */
  readonly done: Promise<void>;
  readonly #context: SensorsContext;
  readonly #slot: number;
  readonly #log: LogWriter;
  readonly #changed = new Signal();
  #wish: WantedSensor | null;
  #isLost = false;
  #isTokenDue = false;
  #failures: number;
  #restartAt: number;
  #hasRun: boolean;

  constructor(lease: TakenSensor, wish: WantedSensor, slot: number, context: SensorsContext) {
    this.lease = lease;
    this.#context = context;
    this.#slot = slot;
    this.#log = new LogWriter(lease);
    this.#wish = wish;
    this.#failures = lease.failures;
    this.#restartAt = Date.now() + lease.waitMs;
    this.#hasRun = lease.hasRun;
    this.done = this.#keep();
  }

  /** What should be running now; null: nothing. */
  wish(sensor: WantedSensor | null): void {
    this.#wish = sensor;
    this.#changed.ring();
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Another worker has the sensor, or may have it. */
  lose(): void {
    this.#isLost = true;
    this.#changed.ring();
  }

  tokenIsDue(): void {
    this.#isTokenDue = true;
    this.#changed.ring();
  }

  async #keep(): Promise<void> {
    try {
      while (!this.#isLost && this.#wish !== null) {
        if (this.#restartAt > Date.now()) await this.#waitForRestart(this.#wish);
        else await this.#runOnce(this.#wish);
      }
      await this.#log.close();
      await this.#write(() => releaseSensor(this.lease));
    } catch (error) {
      // The lease runs out, and whoever takes the sensor then begins anew.
      log.error({ err: error, sensorId: this.lease.sensorId }, 'a sensor could not be kept');
    }
  }

  async #waitForRestart(wish: WantedSensor): Promise<void> {
    await this.#changed.wait(this.#restartAt - Date.now());
    const now = this.#wish;
    if (now === null) return;
    // Whoever mends a sensor, or asks for it, does not want to wait for the next try.
    if (!sameProgram(wish, now) || now.restart_requests !== wish.restart_requests)
      this.#startAnew();
  }

  #startAnew(): void {
    this.#failures = 0;
    this.#restartAt = 0;
  }

  async #runOnce(wish: WantedSensor): Promise<void> {
    const program = findProgram(wish, this.#context.runtimes);
    if ('problem' in program) return this.#recordFailure(program.problem);
    let process: SensorProcess | null;
    try {
      await this.#makePackWhole(wish, program);
      process = await startSensorProcess(wish, program, this.#context, {
        lease: this.lease,
        slot: this.#slot,
        isRestart: this.#hasRun,
        log: this.#log,
      });
    } catch (error) {
      if (error instanceof PackDamaged) return this.#recordFailure(error.message);
      log.error({ err: error, sensorId: wish.id }, 'a sensor could not be started');
      return this.#recordFailure('The worker could not start this sensor: see its log.');
    }
    if (process === null) return this.lose();
    this.#hasRun = true;
    this.#isTokenDue = false;
    const restart = await watchProcess(process, wish, {
      context: this.#context,
      changed: this.#changed,
      wanted: () => this.#wish,
      stopReason: () => this.#stopReason(),
      takeTokenDue: () => this.#takeTokenDue(),
      say: (line) => this.#log.say(line),
      onRuleCount: (count) => this.#write(() => recordRuleCount(this.lease, count)),
      onRanWell: () => this.#ranWell(),
      rotate: () => this.#write(() => process.rotate()),
    });
    await this.#recordEndOf(await process.ended, restart);
  }

  async #makePackWhole(wish: WantedSensor, { packDirectory }: SensorProgram): Promise<void> {
    const { packCopies } = this.#context;
    const note = tellPutBack(
      await packCopies.makeWhole(packDirectory, wish.pack_ref, wish.pack_digest),
    );
    if (note !== null) this.#log.say(note);
  }

  async #ranWell(): Promise<void> {
    this.#failures = 0;
    await this.#write(() => forgetFailures(this.lease));
  }

  #takeTokenDue(): boolean {
    const isDue = this.#isTokenDue;
    this.#isTokenDue = false;
    return isDue;
  }

  #stopReason(): 'lease_lost' | 'drain' | 'shutdown' | null {
    if (this.#isLost) return 'lease_lost';
    if (this.#wish !== null) return null;
    return this.#context.drain.aborted ? 'drain' : 'shutdown';
  }

  async #recordEndOf(end: ProcessEnd, restart: RestartReason | null): Promise<void> {
    const { outcome } = end;
    const isStopped = restart !== null || this.#stopReason() !== null;
    if (restart === 'request') this.#startAnew();
    const startedAt = outcome.end.startedAt?.getTime() ?? Infinity;
    if (outcome.end.endedAt.getTime() - startedAt >= RAN_WELL_MS) this.#failures = 0;
    if (!isStopped) this.#failures++;
    const restartInMs = isStopped ? null : retryDelayMs(BACKOFF, this.#failures, 0);
    this.#restartAt = restartInMs === null ? 0 : Date.now() + restartInMs;
    const description = describeEnd(end);
    this.#log.say(
      restartInMs === null
        ? description
        : `${description} The next start is in ${restartInMs / 1000} s.`,
    );
    // The end of the log commits before the sensor can be given back.
    await this.#log.close();
    await this.#write(() =>
      recordEnd(this.lease, {
        ...toRecord(end),
        status: this.#statusAfter(outcome.kind, isStopped),
        error: isStopped ? null : (limitOf(end) === null && end.lastErrorLine) || description,
        failures: this.#failures,
        restartInMs,
        tokenEndReason: isStopped ? 'sensor_stopped' : 'sensor_ended',
        release: this.#wish === null,
      }),
    );
  }

  #statusAfter(kind: ProcessEnd['outcome']['kind'], isStopped: boolean): SensorEnd['status'] {
    if (this.#wish === null) return 'stopped';
    if (isStopped) return 'starting';
    return kind === 'not_started' ? 'failed' : 'backoff';
  }

  async #recordFailure(problem: string): Promise<void> {
    this.#failures++;
    const restartInMs = retryDelayMs(BACKOFF, this.#failures, 0);
    this.#restartAt = Date.now() + restartInMs;
    this.#log.say(problem);
    await this.#write(() =>
      recordEnd(this.lease, {
        status: 'failed',
        exitCode: null,
        signal: null,
        error: problem,
        failures: this.#failures,
        restartInMs,
        tokenEndReason: 'not_started',
        release: false,
      }),
    );
  }

  /** What must be written, however long the database is away: until the lease is lost, and the fence refuses it. */
  async #write(work: () => Promise<void>): Promise<void> {
    while (!this.#isLost) {
      try {
        return await work();
      } catch (error) {
        log.warn(
          { err: error, sensorId: this.lease.sensorId },
          'the state of a sensor could not be written, trying again',
        );
        await new Promise((resolve) => setTimeout(resolve, RECORD_RETRY_MS));
      }
    }
  }
}
