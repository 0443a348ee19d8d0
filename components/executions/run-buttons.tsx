'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { useShortcuts } from '#components/shell/use-shortcuts.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';
import { call } from '#lib/api-client.ts';
import { paths } from '#lib/paths.ts';
import { cancelExecution, createExecution } from '#lib/endpoints.ts';
import { sameAgain } from './bulk.ts';

/** Asks first, with a reason; says why when it cannot. */
export function CancelRun({ id, isWaiting }: { readonly id: number; readonly isWaiting: boolean }) {
  const router = useRouter();
  const button = useRef<HTMLButtonElement>(null);
  useShortcuts({ cancel: () => button.current?.click() });
  return (
    <Confirm
      keep="Keep it"
      onConfirm={async (reason) => {
        const problem = await sentenceOrNull(() =>
          call(cancelExecution, { params: { id }, body: reason === '' ? {} : { reason } }),
        );
        // Without an answer, reading the page again would lose the page.
        if (problem === null) router.refresh();
        return problem;
      }}
      reasonLabel="Reason"
      title={`Cancel run ${id}?`}
      trigger={
        <Button ref={button} variant="danger">
          Cancel
        </Button>
      }
      verb="Cancel run"
    >
      {isWaiting
        ? 'It has not started; it will never start.'
        : 'Its processes get SIGTERM now and SIGKILL after 10 s. What they have done stays done.'}
    </Confirm>
  );
}

interface RerunButtonProps {
  readonly id: number;
  readonly actionRef: string;
}

/** The same action with the same parameters, as a run of its own. By its key it asks first: a key is soon pressed. */
export function RerunButton({ id, actionRef }: RerunButtonProps) {
  const router = useRouter();
  const asking = useRef<HTMLButtonElement>(null);
  useShortcuts({ rerun: () => asking.current?.click() });
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const start = () =>
    sentenceOrNull(async () => {
      const made = await call(createExecution, { body: sameAgain({ id, action_ref: actionRef }) });
      router.push(paths.execution(made.id));
    });
  const rerun = async () => {
    setBusy(true);
    setProblem(await start());
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
      <Confirm
        keep="Not now"
        onConfirm={start}
        title={`Run ${actionRef} again?`}
        trigger={<button ref={asking} aria-hidden className="hidden" tabIndex={-1} type="button" />}
        variant="ink"
        verb="Run it again"
      >
        A new run with the parameters of run {id}. What that run did is not undone.
      </Confirm>
    </>
  );
}
