'use client';

import { useRouter } from 'next/navigation';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { call } from '#lib/api-client.ts';
import { revokeExecutionToken } from '#lib/endpoints.ts';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';

/** Asks once, with a reason, and says what it ends. */
export function RevokeToken({ id, attempt }: { readonly id: number; readonly attempt: number }) {
  const router = useRouter();
  return (
    <Confirm
      keep="Keep it"
      onConfirm={async (reason) => {
        const problem = await sentenceOrNull(() =>
          call(revokeExecutionToken, { params: { id }, body: reason === '' ? {} : { reason } }),
        );
        router.refresh();
        return problem;
      }}
      reasonLabel="Reason"
      title={`Revoke the token of run ${id}?`}
      trigger={<Button variant="danger">Revoke</Button>}
      verb="Revoke token and end run"
    >
      From now on not one call of attempt {attempt} is accepted, and the run is ended: its processes
      get SIGTERM now and SIGKILL after 10 s. It cannot be given back; a new run has a token of its
      own. What the run has done stays done.
    </Confirm>
  );
}
