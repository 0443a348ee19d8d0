'use client';

import { useRouter } from 'next/navigation';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';
import { call } from '#lib/api-client.ts';
import type { PackSummary } from '#lib/contracts/packs.ts';
import { paths } from '#lib/paths.ts';
import { counted, listed } from '#lib/sentences/part.ts';
import { deletePack } from '#lib/endpoints.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';

/** Deletes a pack with all that it brought, once its ref was typed. */
export function DeletePack({
  packRef,
  counts,
}: {
  readonly packRef: string;
  readonly counts: PackSummary['component_counts'];
}) {
  const router = useRouter();
  const confirm = () =>
    sentenceOrNull(async () => {
      await call(deletePack, { params: { ref: packRef } });
      router.push(paths.packs());
      router.refresh();
    });
  const lost = listed([
    counted(counts.actions, 'action'),
    counted(counts.triggers, 'trigger'),
    counted(counts.sensors, 'sensor'),
    counted(counts.rules, 'rule'),
  ]);
  return (
    <Confirm
      keep="Keep it"
      title={`Delete the pack ${packRef}?`}
      trigger={<Button variant="danger">Delete…</Button>}
      typed={packRef}
      verb="Delete pack"
      onConfirm={confirm}
    >
      Lost are {lost}, and its configuration. Sensors stop, rules of other packs that use its
      triggers or actions make no more runs. Runs and events stay.
    </Confirm>
  );
}
