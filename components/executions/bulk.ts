import { call } from '#lib/api-client.ts';
import {
  cancelExecution,
  createExecution,
  type Execution,
  type ExecutionCreate,
  type ExecutionSummary,
  getExecution,
} from '#lib/contracts/executions.ts';
import { canCancel } from '#lib/domain/execution-status.ts';
import { AppError } from '#lib/errors.ts';

export type BulkKind = 'cancel' | 'rerun';

/** What became of one run. */
export interface BulkResult {
  readonly isDone: boolean;
  readonly words: string;
  /** The run that was made. */
  readonly made?: number;
}

/** More at once would be a load that nobody asked for. */
const AT_ONCE = 3;

/** What a bulk action leaves as it is, and why; null: it is taken. */
export function whyLeft(kind: BulkKind, { status }: ExecutionSummary): string | null {
  if (kind === 'rerun' || canCancel(status)) return null;
  return status === 'canceling' ? 'is being cancelled already' : `has ended: ${status}`;
}

/** The same action with the same parameters and terms, as a run of its own. */
export const sameAgain = (run: Execution): ExecutionCreate => ({
  action_ref: run.action_ref,
  parameters: run.config,
  env_vars: run.env_vars,
  timeout_seconds: run.timeout_seconds,
  queue_timeout_seconds: run.queue_timeout_seconds,
  deadline_seconds: run.deadline_seconds,
  max_retries: run.max_retries,
  trace_tag: run.trace_tag,
});

/** Does it run by run, a few at once; one that is refused stops none of the others. */
export async function doInBulk(
  kind: BulkKind,
  ids: readonly number[],
  reason: string,
  onResult: (id: number, result: BulkResult) => void,
): Promise<void> {
  const left = [...ids];
  const work = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift())
      onResult(id, await resultOf(() => (kind === 'cancel' ? cancel(id, reason) : rerun(id))));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function cancel(id: number, reason: string): Promise<BulkResult> {
  const { data } = await call(cancelExecution, {
    params: { id },
    body: reason === '' ? {} : { reason },
  });
  return {
    isDone: true,
    words: data.status === 'canceling' ? 'asked to stop' : data.status,
  };
}

async function rerun(id: number): Promise<BulkResult> {
  const { data } = await call(getExecution, { params: { id } });
  const made = await call(createExecution, { body: sameAgain(data) });
  return { isDone: true, words: 'run again as', made: made.id };
}

async function resultOf(work: () => Promise<BulkResult>): Promise<BulkResult> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) return { isDone: false, words: error.message };
    throw error;
  }
}
