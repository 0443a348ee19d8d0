import type { Side } from '#components/executions/comparison-panel.tsx';
import type { Execution } from '#lib/contracts/executions.ts';
import { AppError } from '#lib/errors.ts';
import type { requireActor } from '#server/auth/require-actor.ts';
import { readLogs } from '#server/executions/logs.ts';
import { getEnvironment, getExecution, listExecutions } from '#server/executions/service.ts';

type Actor = Awaited<ReturnType<typeof requireActor>>;

/** Whoever needs more compares the downloads. */
const OUTPUT_BYTES_MAX = 256 * 1_024;

/** The newest run of the same action before this one that completed. */
export async function findLastSuccess(actor: Actor, run: Execution): Promise<number | null> {
  const { items } = await listExecutions(actor, {
    action_ref: run.action_ref,
    status: ['completed'],
    cursor: String(run.id),
    page_size: 1,
  });
  return items[0]?.id ?? null;
}

/** The run beside the one that it is compared with, or why there is none. */
export async function loadComparison(actor: Actor, run: Execution, asked: number | undefined) {
  const otherId = asked ?? (await findLastSuccess(actor, run));
  const [here, other] = await Promise.all([
    sideOf(actor, run),
    otherId === null ? null : findSide(actor, otherId),
  ]);
  const why =
    otherId === null
      ? `No earlier run of ${run.action_ref} completed. Compare with another run by its number.`
      : `There is no run ${otherId}. Its number may be wrong, or it is gone by retention.`;
  return { here, other, why };
}

async function findSide(actor: Actor, id: number): Promise<Side | null> {
  try {
    return await sideOf(actor, await getExecution(actor, id));
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** The actor has read the run already, so they may read what belongs to it. */
async function sideOf(actor: Actor, run: Execution): Promise<Side> {
  const attempt = run.attempt_count === 0 ? undefined : run.attempt_count;
  const [context, stdout, stderr] = await Promise.all([
    getEnvironment(actor, run.id),
    beginningOf(readLogs(run.id, { stream: 'stdout', attempt })),
    beginningOf(readLogs(run.id, { stream: 'stderr', attempt })),
  ]);
  return { run, context, output: { stdout, stderr } };
}

async function beginningOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    parts.push(part);
    size += part.length;
    if (size >= OUTPUT_BYTES_MAX) break;
  }
  return Buffer.concat(parts).subarray(0, OUTPUT_BYTES_MAX).toString('utf8');
}
