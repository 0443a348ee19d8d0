'use client';

import { useRouter } from 'next/navigation';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';
import { call } from '#lib/api-client.ts';
import { paths } from '#lib/paths.ts';
import { deleteRule } from '#lib/endpoints.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';

/** Deletes a rule, once its ref was typed. */
export function DeleteRule({
  ruleRef,
  triggerRef,
}: {
  readonly ruleRef: string;
  readonly triggerRef: string;
}) {
  const router = useRouter();
  const confirm = () =>
    sentenceOrNull(async () => {
      await call(deleteRule, { params: { ref: ruleRef } });
      router.push(paths.rules());
      router.refresh();
    });
  return (
    <Confirm
      keep="Keep it"
      title={`Delete ${ruleRef}?`}
      trigger={<Button variant="danger">Delete…</Button>}
      typed={ruleRef}
      verb="Delete rule"
      onConfirm={confirm}
    >
      Its conditions, parameters and timers are lost, and events of {triggerRef} no longer run it.
      Its runs, its enforcements and its old versions stay, so that they can be explained. Switching
      it off keeps everything.
    </Confirm>
  );
}
