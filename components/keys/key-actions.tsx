'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';
import { call } from '#lib/api-client.ts';
import { deleteKey, getKey } from '#lib/contracts/keys.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';

interface KeyActionsProps {
  readonly keyRef: string;
  readonly mayReveal: boolean;
  readonly mayDelete: boolean;
}

/** Reveals a value after asking, and hides it again; deletes a key once its ref was typed. */
export function KeyActions({ keyRef, mayReveal, mayDelete }: KeyActionsProps) {
  const router = useRouter();
  const [value, setValue] = useState<string | null>(null);
  const reveal = () =>
    sentenceOrNull(async () => {
      const { data } = await call(getKey, { params: { ref: keyRef } });
      setValue(typeof data.value === 'string' ? data.value : JSON.stringify(data.value));
    });
  const remove = () =>
    sentenceOrNull(async () => {
      await call(deleteKey, { params: { ref: keyRef } });
      router.refresh();
    });
  return (
    <span className="inline-flex max-w-full flex-wrap items-center justify-end gap-x-2">
      {value !== null && (
        <>
          <code className="max-w-[320px] rounded-xs bg-sunken px-1.5 font-mono text-xs wrap-anywhere whitespace-pre-wrap select-all">
            {value}
          </code>
          <Button variant="plain" onClick={() => setValue(null)}>
            Hide
          </Button>
        </>
      )}
      {mayReveal && value === null && (
        <Confirm
          keep="Keep it hidden"
          title={`Reveal ${keyRef}?`}
          trigger={<Button variant="plain">Reveal…</Button>}
          variant="ink"
          verb="Reveal value"
          onConfirm={reveal}
        >
          Its value is shown on this screen until you hide it. That you asked for it stands in the
          audit log.
        </Confirm>
      )}
      {mayDelete && (
        <Confirm
          keep="Keep it"
          title={`Delete ${keyRef}?`}
          trigger={<Button variant="plain">Delete…</Button>}
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
