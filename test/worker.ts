import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { publishSigningKey } from '#server/auth/signing-key.ts';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { claimAttempts, type ClaimedAttempt } from '#server/executions/claim.ts';
import type { WorkerContext } from '#worker/context.ts';
import { Cancellations } from '#worker/execution/cancellations.ts';
import { Leases } from '#worker/execution/leases.ts';
import { runAttempt } from '#worker/execution/run-attempt.ts';
import { type IsolationKind, startProcessHost } from '#worker/host/process-host.ts';
import { PackCopies } from '#worker/packs/pack-copies.ts';
import { probeRuntimes } from '#worker/runtimes/runtimes.ts';
import { anAction, aWorker } from './catalogue.ts';
import { jobFor } from './attempts.ts';

/** A worker inside the test's own process: real host, real processes, real rows; only nobody fetches jobs. */
export interface TestWorker extends AsyncDisposable {
  readonly context: WorkerContext;
  readonly drained: AbortController;
  readonly shutdown: AbortController;
  /** Claims an execution and runs the attempt to its end. */
  run(executionId: number, slot?: number): Promise<ClaimedAttempt>;
}

/** @param kinds of isolation that it may use; by default the best that works here */
export async function aRunningWorker(kinds?: readonly IsolationKind[]): Promise<TestWorker> {
  const data = config().ATTUNE_DATA_DIR;
  for (const name of ['runs', 'artifacts', 'runtime-envs'])
    mkdirSync(join(data, name), { recursive: true, mode: 0o711 });
  const host = await startProcessHost({
    directory: join(data, 'host'),
    nodePath: process.execPath,
    minimum: 'none',
    ...(kinds !== undefined && { kinds }),
    userIdBase: config().SLOT_USER_ID_BASE,
    log: () => undefined,
  });
  const workerId = await aWorker();
  const leases = new Leases();
  const cancellations = new Cancellations(workerId);
  const drained = new AbortController();
  const shutdown = new AbortController();
  const context: WorkerContext = {
    workerId,
    host,
    runtimes: await probeRuntimes(process.execPath),
    packCopies: new PackCopies(host.isolation.kind),
    signingKey: await publishSigningKey(sql, workerId),
    leases,
    cancellations,
    drained: drained.signal,
    shutdown: shutdown.signal,
  };
  return {
    context,
    drained,
    shutdown,
    run: async (executionId, slot = 0) => {
      const claimer = { workerId, keyId: context.signingKey.id };
      const [attempt] = await claimAttempts(claimer, [jobFor(executionId)]);
      if (attempt === undefined) throw new Error(`execution ${executionId} was not to be had`);
      await runAttempt(attempt, slot, context);
      return attempt;
    },
    [Symbol.asyncDispose]: async () => {
      cancellations[Symbol.dispose]();
      await leases[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
    },
  };
}

/** An action whose program stands in its row. @returns its ref */
export const aScript = (
  script: string,
  runner: 'shell' | 'nodejs' | 'python' = 'shell',
  columns: NonNullable<Parameters<typeof anAction>[0]>['columns'] = {},
): Promise<string> =>
  anAction({ columns: { entrypoint: script, is_adhoc: true, runner_type: runner, ...columns } });
