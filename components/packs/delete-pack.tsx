'use client';

import { useRouter } from 'next/navigation';
import { call } from '#lib/api-client.ts';
import { deletePack, type PackSummary } from '#lib/contracts/packs.ts';
import { AppError } from '#lib/errors.ts';
import { paths } from '#lib/paths.ts';
import { counted, listed } from '#lib/sentences/part.ts';
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
  const confirm = async () => {
    try {
      await call(deletePack, { params: { ref: packRef } });
    } catch (error) {
      if (error instanceof AppError) return error.message;
      throw error;
    }
    router.push(paths.packs());
    router.refresh();
    return null;
  };
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
