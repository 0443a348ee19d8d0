'use client';

import { useRouter } from 'next/navigation';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';
import { call } from '#lib/api-client.ts';
import type { WorkerSummary } from '#lib/contracts/workers.ts';
import { cordonSentence } from '#lib/sentences/worker.ts';
import { cordonWorker, uncordonWorker } from '#lib/endpoints.ts';
import { useSubmit } from '#components/forms/use-submit.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';

/** Takes a worker out of service without hurting what it runs, and puts it back. */
export function CordonButton({ worker }: { readonly worker: WorkerSummary }) {
  const router = useRouter();
  const { isBusy, failure, run } = useSubmit();
  const params = { id: worker.id };
  if (worker.cordoned) {
    const uncordon = async () => {
      await call(uncordonWorker, { params });
      router.refresh();
    };
    return (
      <>
        {failure !== null && (
          <span className="text-failed" role="alert">
            {failure.message}
          </span>
        )}
        <Button
          aria-label={`Uncordon ${worker.name}`}
          disabled={isBusy}
          onClick={() => void run(uncordon)}
        >
          Uncordon
        </Button>
      </>
    );
  }
  const cordon = (reason: string) =>
    sentenceOrNull(async () => {
      await call(cordonWorker, { params, body: { reason } });
      router.refresh();
    });
  return (
    <Confirm
      keep="Leave it"
      reasonLabel="Reason"
      title={`Cordon ${worker.name}?`}
      trigger={<Button aria-label={`Cordon ${worker.name}`}>Cordon…</Button>}
      variant="ink"
      verb="Cordon worker"
      onConfirm={cordon}
    >
      {cordonSentence(worker.load)}
    </Confirm>
  );
}
