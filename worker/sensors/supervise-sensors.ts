import { config } from '#server/config.ts';
import { onChange } from '#server/live/changes.ts';
import { log } from '#server/log.ts';
import { renewLeases, takeSensor } from '#server/sensors/process-repository.ts';
import { recordUnable, stopUnwanted } from '#server/sensors/unheld-processes.ts';
import { listWantedSensors, type WantedSensor } from '#server/sensors/process-wanted.ts';
import { endRotatedTokens } from '#server/sensors/process-tokens.ts';
import { isCordoned } from '#server/workers/cordon.ts';
import type { SensorsContext } from './context.ts';
import { SensorKeeper } from './keeper.ts';
import { findProgram } from './program.ts';
import { Signal } from './signal.ts';

export type { SensorsContext } from './context.ts';

const BACKSTOP_MS = 5_000;

/**
 * Sees to it that each wanted sensor has one process in the whole cluster. Every worker tries to take what nobody
 * holds; the row's lease decides. One that is cordoned gives back what it has and takes nothing. Disposing stops the
 * sensors of this worker and gives them back.
 */
export const superviseSensors = (context: SensorsContext): AsyncDisposable =>
  new Supervisor(context);

class Supervisor implements AsyncDisposable {
  readonly #context: SensorsContext;
  readonly #keepers = new Map<number, SensorKeeper>();
  readonly #slots = new Set<number>();
  readonly #bell = new Signal();
  readonly #leaseMs = config().LEASE_SECONDS * 1000;
  readonly #renewTimer: NodeJS.Timeout;
  readonly #working: Promise<void>;
  readonly #stopListening: () => void;
  #isStopping = false;
  #isRenewing = false;
  /** When the leases were last renewed for certain, by our clock and before the database was asked. */
  #renewedAt = performance.now();

  constructor(context: SensorsContext) {
    this.#context = context;
    this.#stopListening = onChange(['sensors', 'rules', 'packs'], () => this.#bell.ring());
    this.#renewTimer = setInterval(() => this.#tick(), this.#leaseMs / 3);
    if (context.drain.aborted) this.#stop();
    context.drain.addEventListener('abort', () => this.#stop(), { once: true });
    this.#working = this.#work();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    await this.#working;
    await Promise.all([...this.#keepers.values()].map(({ done }) => done));
    clearInterval(this.#renewTimer);
    this.#stopListening();
  }

  #stop(): void {
    this.#isStopping = true;
    for (const keeper of this.#keepers.values()) keeper.wish(null);
    this.#bell.ring();
  }

  async #work(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#look();
      } catch (error) {
        log.warn({ err: error }, 'the sensors could not be looked up');
      }
      if (!this.#isStopping) await this.#bell.wait(Math.min(BACKSTOP_MS, this.#leaseMs / 3));
    }
  }

  async #look(): Promise<void> {
    const wanted = new Map((await listWantedSensors()).map((sensor) => [sensor.id, sensor]));
    await stopUnwanted([...wanted.keys()]);
    const isBarred = await isCordoned(this.#context.workerId);
    if (this.#isStopping) return;
    for (const [id, keeper] of this.#keepers)
      keeper.wish(isBarred ? null : (wanted.get(id) ?? null));
    if (isBarred) return;
    for (const sensor of wanted.values()) {
      if (this.#isStopping) return;
      if (!sensor.leased && !this.#keepers.has(sensor.id)) await this.#take(sensor);
    }
  }

  async #take(sensor: WantedSensor): Promise<void> {
    // Not taken, since another worker may have what it needs.
    const program = findProgram(sensor, this.#context.runtimes);
    if ('problem' in program) return recordUnable(sensor.id, program.problem);
    const askedAt = performance.now();
    const lease = await takeSensor(sensor.id, this.#context.workerId, this.#leaseMs / 1000);
    if (lease === null) return;
    if (this.#keepers.size === 0) this.#renewedAt = askedAt;
    log.info(
      { sensorId: sensor.id, sensorRef: sensor.ref, generation: lease.generation },
      'sensor taken',
    );
    const slot = this.#takeSlot();
    const keeper = new SensorKeeper(lease, sensor, slot, this.#context);
    this.#keepers.set(sensor.id, keeper);
    if (this.#isStopping) keeper.wish(null);
    void keeper.done.finally(() => {
      this.#keepers.delete(sensor.id);
      this.#slots.delete(slot);
      log.info({ sensorId: sensor.id, sensorRef: sensor.ref }, 'sensor given back');
      this.#bell.ring();
    });
  }

  /** Behind the slots of executions: no two processes of a host may share one. */
  #takeSlot(): number {
    let slot = config().WORKER_SLOTS;
    while (this.#slots.has(slot)) slot++;
    this.#slots.add(slot);
    return slot;
  }

  #tick(): void {
    if (this.#keepers.size === 0) return;
    // The next tick would come too late: another worker may have them by then.
    if (performance.now() + this.#leaseMs / 3 > this.#renewedAt + this.#leaseMs * 1.05)
      return this.#loseAll();
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    this.#renew()
      .catch((error: unknown) =>
        log.warn({ err: error }, 'the leases of sensors could not be renewed'),
      )
      .finally(() => {
        this.#isRenewing = false;
      });
  }

  async #renew(): Promise<void> {
    const askedAt = performance.now();
    const keepers = [...this.#keepers.values()].filter(({ isLost }) => !isLost);
    const rows = await renewLeases(
      this.#context.workerId,
      keepers.map(({ lease }) => lease),
      this.#leaseMs / 1000,
    );
    this.#renewedAt = askedAt;
    const ours = new Map(rows.map((row) => [row.sensor_id, row]));
    for (const keeper of keepers) {
      const row = ours.get(keeper.lease.sensorId);
      const isCurrent = this.#keepers.get(keeper.lease.sensorId) === keeper;
      if (row?.generation !== keeper.lease.generation && isCurrent) keeper.lose();
      else if (row?.token_due === true) keeper.tokenIsDue();
    }
    await endRotatedTokens([...ours.keys()]);
  }

  #loseAll(): void {
    log.error(
      { sensors: this.#keepers.size },
      'the leases of sensors have run out: their processes are ended',
    );
    for (const keeper of this.#keepers.values()) keeper.lose();
    this.#renewedAt = performance.now();
  }
}
