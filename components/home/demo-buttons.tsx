'use client';

import { useRouter } from 'next/navigation';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';
import { call } from '#lib/api-client.ts';
import { removeDemo, startDemo } from '#lib/endpoints.ts';
import { useSubmit } from '#components/forms/use-submit.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';

/** Makes the rules of the demo. */
export function StartDemo() {
  const router = useRouter();
  const { isBusy, failure, run } = useSubmit();
  return (
    <div className="grid gap-2">
      <Button
        className="justify-self-start"
        disabled={isBusy}
        variant="ink"
        onClick={() =>
          void run(async () => {
            await call(startDemo);
            router.refresh();
          })
        }
      >
        {isBusy ? 'Starting the demo' : 'Start the demo'}
      </Button>
      {failure !== null && (
        <p className="text-failed" role="alert">
          {failure.message}
        </p>
      )}
    </div>
  );
}

/** Takes the demo away again. */
export function RemoveDemo() {
  const router = useRouter();
  const confirm = () =>
    sentenceOrNull(async () => {
      await call(removeDemo);
      router.refresh();
    });
  return (
    <Confirm
      keep="Keep it"
      title="Remove the demo?"
      trigger={<Button variant="plain">Remove the demo…</Button>}
      verb="Remove the demo"
      onConfirm={confirm}
    >
      Its pack and its three rules go, and with them their timers. The runs that they made stay.
    </Confirm>
  );
}
