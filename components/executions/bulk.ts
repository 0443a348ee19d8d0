import { call } from '#lib/api-client.ts';
import type { ExecutionCreate, ExecutionSummary } from '#lib/contracts/executions.ts';
import { canCancel } from '#lib/domain/execution-status.ts';
import { AppError } from '#lib/errors.ts';
import { cancelExecution, createExecution } from '#lib/endpoints.ts';

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

/** The same action with the same parameters and terms, as a run of its own; the server knows them, secrets too. */
export const sameAgain = ({
  id,
  action_ref,
}: Pick<ExecutionSummary, 'id' | 'action_ref'>): ExecutionCreate => ({
  action_ref,
  parameters: {},
  rerun_of: id,
});

/** Does it run by run, a few at once; one that is refused stops none of the others. */
export async function doInBulk(
  kind: BulkKind,
  runs: readonly ExecutionSummary[],
  reason: string,
  onResult: (id: number, result: BulkResult) => void,
): Promise<void> {
  const left = [...runs];
  const doIt = kind === 'cancel' ? cancel : rerun;
  const work = async () => {
    for (let run = left.shift(); run !== undefined; run = left.shift()) {
      const one = run;
      onResult(one.id, await resultOf(() => doIt(one, reason)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function cancel({ id }: ExecutionSummary, reason: string): Promise<BulkResult> {
  const { data } = await call(cancelExecution, {
    params: { id },
    body: reason === '' ? {} : { reason },
  });
  return {
    isDone: true,
    words: data.status === 'canceling' ? 'asked to stop' : data.status,
  };
}

async function rerun(run: ExecutionSummary, reason: string): Promise<BulkResult> {
  const made = await call(createExecution, {
    body: { ...sameAgain(run), ...(reason !== '' && { reason }) },
  });
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
