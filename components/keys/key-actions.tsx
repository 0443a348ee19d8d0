'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';
import { call } from '#lib/api-client.ts';
import { deleteKey, getKey, revealKey } from '#lib/endpoints.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { RevealedValue, SHOWN_SECONDS } from './revealed-value.tsx';

interface KeyActionsProps {
  readonly keyRef: string;
  readonly isEncrypted: boolean;
  readonly mayReveal: boolean;
  readonly mayDelete: boolean;
}

/** Reveals a value to whoever says why, for a while; deletes a key once its ref was typed. */
export function KeyActions({ keyRef, isEncrypted, mayReveal, mayDelete }: KeyActionsProps) {
  const router = useRouter();
  const [value, setValue] = useState<string | null>(null);
  const show = (found: unknown) =>
    setValue(typeof found === 'string' ? found : JSON.stringify(found));
  const reveal = (reason: string) =>
    sentenceOrNull(async () => {
      const { data } = await call(revealKey, { params: { ref: keyRef }, body: { reason } });
      show(data.value);
    });
  const read = async () => {
    const { data } = await call(getKey, { params: { ref: keyRef } });
    show(data.value);
  };
  const remove = () =>
    sentenceOrNull(async () => {
      await call(deleteKey, { params: { ref: keyRef } });
      router.refresh();
    });
  return (
    <span className="inline-flex max-w-full flex-wrap items-center justify-end gap-x-2 xl:flex-nowrap">
      {value !== null && (
        <RevealedValue keyRef={keyRef} value={value} onHide={() => setValue(null)} />
      )}
      {value === null && !isEncrypted && (
        <Button aria-label={`Show ${keyRef}`} variant="plain" onClick={() => void read()}>
          Show
        </Button>
      )}
      {value === null && isEncrypted && mayReveal && (
        <Confirm
          keep="Keep it hidden"
          needsReason
          reasonLabel="Why you need it"
          title={`Reveal ${keyRef}?`}
          trigger={
            <Button aria-label={`Reveal ${keyRef}…`} variant="plain">
              Reveal…
            </Button>
          }
          variant="ink"
          verb="Reveal value"
          onConfirm={reveal}
        >
          Its value is shown on this screen for {SHOWN_SECONDS} seconds, and no longer than you look
          at it. That you asked for it stands in the audit log, with your reason.
        </Confirm>
      )}
      {mayDelete && (
        <Confirm
          keep="Keep it"
          title={`Delete ${keyRef}?`}
          trigger={
            <Button aria-label={`Delete ${keyRef}…`} variant="plain">
              Delete…
            </Button>
          }
          typed={keyRef}
          verb="Delete key"
          onConfirm={remove}
        >
          Its value is lost. Runs whose parameters refer to it fail before they start.
        </Confirm>
      )}
    </span>
  );
}
