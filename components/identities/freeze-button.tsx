'use client';

import { useRouter } from 'next/navigation';
import { call } from '#lib/api-client.ts';
import { freezeIdentity, unfreezeIdentity } from '#lib/endpoints.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';

interface FreezeButtonProps {
  readonly id: number;
  readonly login: string;
  readonly frozen: boolean;
}

/** Stops an identity at once, or lets it act again. */
export function FreezeButton({ id, login, frozen }: FreezeButtonProps) {
  const router = useRouter();
  const change = () =>
    sentenceOrNull(async () => {
      await call(frozen ? unfreezeIdentity : freezeIdentity, { params: { id } });
      router.refresh();
    });
  const verb = frozen ? 'Unfreeze' : 'Freeze';
  return (
    <Confirm
      keep={frozen ? 'Keep it frozen' : 'Let it act'}
      title={`${verb} ${login}?`}
      trigger={
        <Button aria-label={`${verb} ${login}…`} variant="plain">
          {verb}…
        </Button>
      }
      variant={frozen ? 'ink' : 'danger'}
      verb={`${verb} identity`}
      onConfirm={change}
    >
      {frozen
        ? 'It may log in again; its API tokens and the tokens of its running executions count again. Its old sessions stay ended.'
        : 'Its next call is refused, whatever it shows: sessions, tokens, and the tokens of its running executions. It cannot log in.'}
    </Confirm>
  );
}
