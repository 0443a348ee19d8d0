'use client';

import { useRouter } from 'next/navigation';
import { call } from '#lib/api-client.ts';
import { disableTrigger, enableTrigger } from '#lib/endpoints.ts';
import { useSubmit } from '#components/forms/use-submit.ts';
import { Switch } from '#components/ui/switch.tsx';

/** Switches a trigger: while it is off its events match no rule. */
export function TriggerSwitch({
  triggerRef,
  enabled,
}: {
  readonly triggerRef: string;
  readonly enabled: boolean;
}) {
  const router = useRouter();
  const { isBusy, failure, run } = useSubmit();
  return (
    <span className="inline-flex items-center gap-2">
      <Switch
        checked={enabled}
        disabled={isBusy}
        label={`Trigger ${triggerRef}`}
        onChange={(next) =>
          void run(async () => {
            await call(next ? enableTrigger : disableTrigger, { params: { ref: triggerRef } });
            router.refresh();
          })
        }
      />
      <span className="font-medium">{enabled ? 'On' : 'Off'}</span>
      {failure !== null && (
        <span className="text-xs text-failed" role="alert">
          {failure.message}
        </span>
      )}
    </span>
  );
}
