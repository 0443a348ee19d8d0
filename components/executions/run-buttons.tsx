'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { call } from '#lib/api-client.ts';
import {
  cancelExecution,
  createExecution,
  type ExecutionCreate,
} from '#lib/contracts/executions.ts';
import { AppError } from '#lib/errors.ts';
import { paths } from '#lib/paths.ts';

/** Asks first, with a reason; says why when it cannot. */
export function CancelRun({ id, isWaiting }: { readonly id: number; readonly isWaiting: boolean }) {
  const router = useRouter();
  return (
    <Confirm
      keep="Keep it"
      onConfirm={async (reason) => {
        const problem = await problemOf(() =>
          call(cancelExecution, { params: { id }, body: reason === '' ? {} : { reason } }),
        );
        router.refresh();
        return problem;
      }}
      reasonLabel="Reason"
      title={`Cancel run ${id}?`}
      trigger={<Button variant="danger">Cancel</Button>}
      verb="Cancel run"
    >
      {isWaiting
        ? 'It has not started; it will never start.'
        : 'Its processes get SIGTERM now and SIGKILL after 10 s. What they have done stays done.'}
    </Confirm>
  );
}

/** The same action with the same parameters, as a run of its own. */
export function RerunButton({ body }: { readonly body: ExecutionCreate }) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const rerun = async () => {
    setBusy(true);
    setProblem(
      await problemOf(async () => {
        const { id } = await call(createExecution, { body });
        router.push(paths.execution(id));
      }),
    );
    setBusy(false);
  };
  return (
    <>
      {problem !== null && (
        <span className="text-failed" role="alert">
          {problem}
        </span>
      )}
      <Button disabled={isBusy} onClick={() => void rerun()} variant="ink">
        Re-run
      </Button>
    </>
  );
}

async function problemOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
