'use client';

import Link from 'next/link';
import { AlertDialog } from 'radix-ui';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Field, TextInput } from '#components/ui/field.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { type BulkKind, type BulkResult, doInBulk, whyLeft } from './bulk.ts';

interface BulkDialogProps {
  /** What is asked; null: nothing. */
  readonly kind: BulkKind | null;
  /** As they were when it was asked: what changes underneath does not change the question. */
  readonly runs: readonly ExecutionSummary[];
  readonly onClose: (wasDone: boolean) => void;
}

/** Shows each run that will be touched, then what became of it. */
export function BulkDialog({ kind, runs, onClose }: BulkDialogProps) {
  const [phase, setPhase] = useState<'asking' | 'busy' | 'over'>('asking');
  const close = () => {
    if (phase === 'busy') return;
    onClose(phase === 'over');
    setPhase('asking');
  };
  return (
    <AlertDialog.Root onOpenChange={(isOpen) => !isOpen && close()} open={kind !== null}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-[oklch(0%_0_0/.4)]" />
        <AlertDialog.Content className="fixed top-[10vh] left-1/2 z-50 flex max-h-[80vh] w-[min(620px,calc(100vw-24px))] -translate-x-1/2 flex-col rounded-md bg-raised p-4 shadow-overlay">
          {kind !== null && (
            <Question
              kind={kind}
              onBegin={() => setPhase('busy')}
              onEnd={() => setPhase('over')}
              runs={runs}
            />
          )}
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

interface QuestionProps {
  readonly kind: BulkKind;
  readonly runs: readonly ExecutionSummary[];
  readonly onBegin: () => void;
  readonly onEnd: () => void;
}

const WORDS = {
  cancel: {
    verb: 'Cancel',
    what: 'Those that wait never start. The processes of the others get SIGTERM now and SIGKILL after their grace; what they have done stays done.',
    keep: 'Keep them',
  },
  rerun: {
    verb: 'Re-run',
    what: 'Each starts its action once more, with the same parameters, as a run of its own. What the first run did is not undone.',
    keep: 'Run none',
  },
} as const;

function Question({ kind, runs, onBegin, onEnd }: QuestionProps) {
  const [reason, setReason] = useState('');
  const [results, setResults] = useState<ReadonlyMap<number, BulkResult> | null>(null);
  const taken = runs.filter((run) => whyLeft(kind, run) === null);
  const { verb, what, keep } = WORDS[kind];
  const done = results?.size ?? 0;
  const failed = results === null ? 0 : [...results.values()].filter((one) => !one.isDone).length;
  const isOver = results !== null && done === taken.length;

  const begin = async () => {
    onBegin();
    setResults(new Map());
    await doInBulk(kind, taken, reason.trim(), (id, result) =>
      setResults((known) => new Map(known).set(id, result)),
    ).finally(onEnd);
  };

  return (
    <form
      className="flex min-h-0 flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (results === null) void begin();
      }}
    >
      <AlertDialog.Title className="text-md font-semibold">
        {verb} {counted(taken.length, 'run')}?
      </AlertDialog.Title>
      <AlertDialog.Description className="text-ink-2">{what}</AlertDialog.Description>
      <ul
        aria-label="Runs that this is about"
        className="min-h-0 flex-1 overflow-y-auto rounded-sm border border-line"
        // A list that scrolls is scrolled by keys too.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        {runs.map((run) => (
          <li
            key={run.id}
            className="grid grid-cols-[5ch_104px_minmax(0,1fr)] items-baseline gap-x-3 border-b border-line px-3 py-1.5 last:border-b-0"
          >
            <span className="text-right">{run.id}</span>
            <StatusBadge status={run.status} />
            <span className="min-w-0">
              <span className="font-mono text-xs wrap-anywhere">{run.action_ref}</span>{' '}
              <Outcome left={whyLeft(kind, run)} result={results?.get(run.id)} />
            </span>
          </li>
        ))}
      </ul>
      {results === null && (
        <Field hint="Stands in the record of each. May stay empty." label="Reason">
          {(control) => (
            <TextInput
              {...control}
              maxLength={500}
              onChange={(event) => setReason(event.target.value)}
              value={reason}
            />
          )}
        </Field>
      )}
      {results !== null && (
        <div className="grid gap-1">
          <progress
            aria-label={`${verb}, how far`}
            className="h-1.5 w-full accent-accent"
            max={taken.length}
            value={done}
          />
          <p className="text-ink-2" role="status">
            {done} of {taken.length} done{failed > 0 && `, ${failed} refused`}.
          </p>
        </div>
      )}
      <div className="flex justify-end gap-2">
        {results === null ? (
          <>
            <AlertDialog.Cancel asChild>
              <Button>{keep}</Button>
            </AlertDialog.Cancel>
            <Button
              disabled={taken.length === 0}
              type="submit"
              variant={kind === 'cancel' ? 'danger' : 'ink'}
            >
              {verb} {counted(taken.length, 'run')}
            </Button>
          </>
        ) : (
          <AlertDialog.Cancel asChild>
            <Button disabled={!isOver} variant="ink">
              Close
            </Button>
          </AlertDialog.Cancel>
        )}
      </div>
    </form>
  );
}

function Outcome({
  left,
  result,
}: {
  readonly left: string | null;
  readonly result: BulkResult | undefined;
}) {
  if (left !== null) return <span className="text-ink-3">{left}, left as it is</span>;
  if (result === undefined) return null;
  return (
    <span className={result.isDone ? 'text-completed' : 'text-failed'}>
      {result.words}
      {result.made !== undefined && (
        <>
          {' '}
          <Link className="underline underline-offset-2" href={paths.execution(result.made)}>
            {result.made}
          </Link>
        </>
      )}
    </span>
  );
}
