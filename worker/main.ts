import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { flushRefusals } from '#server/audit/refusals.ts';
import { publishSigningKey, retireSigningKey } from '#server/auth/signing-key.ts';
import { config } from '#server/config.ts';
import { closePool } from '#server/db/pool.ts';
import { sql } from '#server/db/sql.ts';
import { flushCalls } from '#server/http/token-calls.ts';
import { closeLive, listen } from '#server/live/changes.ts';
import { log } from '#server/log.ts';
import { closeQueue, openQueue } from '#server/queue/queue.ts';
import { checkSchema } from '#server/schema/check-schema.ts';
import { releaseSensorsOf } from '#server/sensors/unheld-processes.ts';
import { registerWorker } from '#server/workers/registration.ts';
import { baselineVariables, passedThrough } from './baseline.ts';
import { consumeExecutions } from './consume.ts';
import { Cordon } from './cordon.ts';
import { DiskGuard } from './disk-guard.ts';
import type { WorkerContext } from './context.ts';
import { Cancellations } from './execution/cancellations.ts';
import { Leases } from './execution/leases.ts';
import { runAttempt } from './execution/run-attempt.ts';
import { startGateway } from './gateway/start-gateway.ts';
import { ownWorkerDirectory } from './host/owner.ts';
import { startProcessHost } from './host/process-host.ts';
import { findGoneWorkers, leaveId, removeOwnDirectories } from './host/sweep-leftovers.ts';
import { keepAuditChained } from './maintenance/chain-audit.ts';
import { endLeftovers } from './maintenance/end-leftovers.ts';
import { maintain } from './maintenance/maintain.ts';
import { keepAlive } from './keep-alive.ts';
import { PackCopies } from './packs/pack-copies.ts';
import { probeRuntimes } from './runtimes/runtimes.ts';
import { superviseSensors } from './sensors/supervise-sensors.ts';
import { Slots } from './slots.ts';

/**
 * The worker process: opens what it needs, works until it is told to stop, and closes everything in the opposite
 * order. The first signal drains: nothing new is taken, running attempts have `DRAIN_SECONDS`, then they are stopped
 * and handed over or settled. A second one does not wait.
 */
async function main(): Promise<void> {
  const drain = new AbortController();
  const drained = new AbortController();
  const shutdown = new AbortController();
  const stopped = onSignals(drain, shutdown);

  await using resources = new AsyncDisposableStack();
  resources.defer(closePool);
  await checkSchema(config().DATABASE_URL);
  resources.defer(closeLive);
  await openQueue({ maintain: true });
  resources.defer(closeQueue);
  resources.defer(flushCalls);
  resources.defer(flushRefusals);

  const gone = findGoneWorkers(config().ATTUNE_DATA_DIR);
  await endLeftovers(config().ATTUNE_DATA_DIR);
  // Their processes are gone for certain, so nobody has to wait for their leases.
  await releaseSensorsOf(gone);
  resources.defer(() => removeOwnDirectories(config().ATTUNE_DATA_DIR));
  const directory = await makeDirectories();
  const host = resources.use(
    await startProcessHost({
      directory: join(directory, 'host'),
      nodePath: process.execPath,
      minimum: config().ISOLATION_MINIMUM,
      userIdBase: config().SLOT_USER_ID_BASE,
      hiddenPaths: [config().ATTUNE_DATA_DIR],
      log: (level, message, facts) => log[level](facts ?? {}, message),
    }),
  );
  const packCopies = new PackCopies(host.isolation.kind);
  const runtimes = await probeRuntimes(process.execPath);
  for (const { name, problem } of runtimes)
    if (problem !== null) log.warn({ runtime: name, problem }, 'an interpreter is missing');

  const slots = new Slots(config().WORKER_SLOTS);
  const workerId = await registerWorker({
    isolation: host.isolation,
    probes: host.probes,
    runtimes,
  });
  await leaveId(config().ATTUNE_DATA_DIR, workerId);
  const signingKey = await publishSigningKey(sql, workerId);
  resources.defer(async () => void (await retireSigningKey(sql, signingKey.id)));
  const gateway = resources.use(
    await startGateway({
      host: config().GATEWAY_HOST,
      port: config().GATEWAY_PORT,
      workerId,
      publicUrl: config().GATEWAY_URL,
    }),
  );
  const disk = resources.use(
    await DiskGuard.start({
      directory: config().ATTUNE_DATA_DIR,
      minBytes: config().DISK_FREE_MIN_BYTES,
    }),
  );
  const cordon = resources.use(new Cordon(workerId));
  resources.use(keepAlive({ workerId, slots, disk, gatewayUrl: gateway.url }));

  const context: WorkerContext = {
    workerId,
    host,
    runtimes,
    packCopies,
    signingKey,
    leases: resources.use(new Leases()),
    cancellations: resources.use(new Cancellations(workerId)),
    drained: drained.signal,
    shutdown: shutdown.signal,
  };
  await listen();
  if (config().RUN_SENSORS) {
    resources.use(
      superviseSensors({
        workerId,
        host,
        runtimes,
        packCopies,
        signingKey,
        gateway,
        drain: drain.signal,
        baseline: baselineVariables(),
        operator: passedThrough(config().ACTION_ENV_PASSTHROUGH),
      }),
    );
  }
  void maintain({ dataDir: config().ATTUNE_DATA_DIR, signal: drain.signal });
  void keepAuditChained(drain.signal);
  const consuming = consumeExecutions({
    workerId,
    keyId: signingKey.id,
    slots,
    disk,
    cordon,
    drain: drain.signal,
    heldIds: () => context.leases.heldIds,
    run: (attempt, slot) => runAttempt(attempt, slot, context),
  });
  log.info(
    { workerId, slots: slots.total, isolation: host.isolation.description, gateway: gateway.url },
    'ready',
  );

  // Without its host a worker can start nothing: it leaves, and whoever watches it starts a new one.
  const reason = await Promise.race([stopped, host.died]);
  drain.abort();
  if (reason instanceof Error) {
    process.exitCode = 1;
    shutdown.abort();
  }
  log.info({ reason: String(reason) }, 'stopping');
  await untilIdle({ consuming, slots, drained, shutdown });
}

/** @returns the directory of this process */
async function makeDirectories(): Promise<string> {
  const data = config().ATTUNE_DATA_DIR;
  const own = ownWorkerDirectory(data);
  await rm(own, { recursive: true, force: true });
  // Slot users pass through to their own run directory, and can list none of these.
  for (const path of ['runs', 'artifacts', 'runtime-envs'])
    await mkdir(join(data, path), { recursive: true, mode: 0o711 });
  await mkdir(own, { recursive: true, mode: 0o700 });
  return own;
}

/** @returns the first signal's name, once it comes */
function onSignals(drain: AbortController, shutdown: AbortController): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.on(name, () => {
        if (drain.signal.aborted) shutdown.abort();
        drain.abort();
        resolve(name);
      });
    }
  });
}

/** What a stopped attempt may need beyond its grace, to store its end. */
const SETTLE_MS = 5_000;

interface Draining {
  /** Resolves when no claim is under way any more. */
  readonly consuming: Promise<void>;
  readonly slots: Slots;
  readonly drained: AbortController;
  readonly shutdown: AbortController;
}

/**
 * Lets running attempts finish, up to `DRAIN_SECONDS`; then they are stopped, and settled as what they are. The clocks
 * run from the first moment: a database that does not answer a last claim holds up nobody for longer.
 */
async function untilIdle({ consuming, slots, drained, shutdown }: Draining): Promise<void> {
  const drainMs = config().DRAIN_SECONDS * 1000;
  const timers = [
    setTimeout(() => {
      log.info({ running: slots.used }, 'the time to drain is over: what still runs is stopped');
      drained.abort();
    }, drainMs),
    setTimeout(() => shutdown.abort(), drainMs + config().KILL_GRACE_SECONDS * 1000 + SETTLE_MS),
  ];
  // A claim that is not answered by then is undone by the others: its lease ends.
  await Promise.race([consuming, aborted(shutdown.signal)]);
  while (slots.used > 0) await delay(20);
  for (const timer of timers) clearTimeout(timer);
}

const aborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
};

try {
  await main();
} catch (error) {
  log.fatal(
    { err: error },
    error instanceof Error ? error.message : 'the worker could not be started',
  );
  process.exitCode = 1;
}
// What is left are timers of libraries; everything of ours is closed.
process.exit();
