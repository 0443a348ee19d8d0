'use client';

import { useEffect, useEffectEvent, useState } from 'react';
import { Keys } from '#components/shell/keys.tsx';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import { type BulkKind, whyLeft } from './bulk.ts';

/** What the reader may do with runs. */
export interface MayWithRuns {
  readonly cancel: boolean;
  readonly rerun: boolean;
}

interface BulkBarProps {
  readonly runs: readonly ExecutionSummary[];
  readonly may: MayWithRuns;
  readonly onClear: () => void;
  readonly onDone: () => void;
}

/** What can be done with the rows that are selected; Esc lets go of them. Stays there for what has begun. */
export function BulkBar({ runs, may, onClear, onDone }: BulkBarProps) {
  const escape = useEffectEvent((event: KeyboardEvent) => {
    const isOurs =
      event.key === 'Escape' &&
      !event.defaultPrevented &&
      document.querySelector('[role=dialog], [role=alertdialog]') === null;
    if (isOurs) onClear();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => escape(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);

  const [asked, setAsked] = useState<{ kind: BulkKind; runs: readonly ExecutionSummary[] } | null>(
    null,
  );
  const open = runs.filter((run) => whyLeft('cancel', run) === null).length;
  return (
    <>
      <section
        aria-label="Selected runs"
        className={`sticky bottom-3 z-20 mx-auto mt-2 w-max max-w-full flex-wrap items-center gap-2 rounded-md bg-raised px-3 py-2 shadow-overlay ${runs.length === 0 ? 'hidden' : 'flex'}`}
      >
        <strong className="min-w-[10ch] font-semibold" role="status">
          {runs.length} selected
        </strong>
        {may.cancel && open > 0 && (
          <Button onClick={() => setAsked({ kind: 'cancel', runs })} variant="danger">
            Cancel {open}…
          </Button>
        )}
        {may.rerun && (
          <Button onClick={() => setAsked({ kind: 'rerun', runs })}>Re-run {runs.length}…</Button>
        )}
        <CopyButton
          label="Copy ids"
          text={runs.map(({ id }) => id).join(' ')}
          what="the ids of the selected runs"
        />
        {may.cancel && open === 0 && (
          <span className="text-ink-3 max-md:hidden">
            None is in progress, so none can be cancelled.
          </span>
        )}
        <Button onClick={onClear} variant="plain">
          Clear <Keys keys="Esc" />
        </Button>
      </section>
      {asked !== null && (
        <BulkDialog
          {...asked}
          onClose={(wasDone) => {
            setAsked(null);
            if (wasDone) onDone();
          }}
        />
      )}
    </>
  );
}
