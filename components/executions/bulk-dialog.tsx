'use client';

import Link from 'next/link';
import { type RefObject, useId, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Field, TextInput } from '#components/ui/field.tsx';
import { Modal } from '#components/ui/modal.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { type BulkKind, type BulkResult, doInBulk, whyLeft } from './bulk.ts';

interface BulkDialogProps {
  /** What is asked. */
  readonly kind: BulkKind;
  /** As they were when it was asked: what changes underneath does not change the question. */
  readonly runs: readonly ExecutionSummary[];
  readonly onClose: (wasDone: boolean) => void;
}

/** Shows each run that will be touched, then what became of it. */
export function BulkDialog({ kind, runs, onClose }: BulkDialogProps) {
  const id = useId();
  const leave = useRef<HTMLButtonElement>(null);
  const [phase, setPhase] = useState<'asking' | 'busy' | 'over'>('asking');
  const close = () => {
    if (phase !== 'busy') onClose(phase === 'over');
  };
  return (
    <Modal
      isQuestion
      aria-describedby={`${id}-what`}
      aria-labelledby={id}
      className="top-[10vh] left-1/2 flex max-h-[80vh] w-[min(620px,calc(100vw-24px))] -translate-x-1/2 flex-col rounded-md bg-raised p-4"
      first={leave}
      onClose={close}
    >
      <Question
        id={id}
        kind={kind}
        leave={leave}
        onBegin={() => setPhase('busy')}
        onClose={close}
        onEnd={() => setPhase('over')}
        runs={runs}
      />
    </Modal>
  );
}

interface QuestionProps extends Omit<BulkDialogProps, 'onClose'> {
  readonly id: string;
  readonly leave: RefObject<HTMLButtonElement | null>;
  readonly onBegin: () => void;
  readonly onEnd: () => void;
  readonly onClose: () => void;
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

function Question({ id, kind, runs, leave, onBegin, onEnd, onClose }: QuestionProps) {
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
    await doInBulk(kind, taken, reason.trim(), (run, result) =>
      setResults((known) => new Map(known).set(run, result)),
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
      <h2 className="text-md font-semibold" id={id}>
        {verb} {counted(taken.length, 'run')}?
      </h2>
      <p className="text-ink-2" id={`${id}-what`}>
        {what}
      </p>
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
            <Button ref={leave} onClick={onClose}>
              {keep}
            </Button>
            <Button
              disabled={taken.length === 0}
              type="submit"
              variant={kind === 'cancel' ? 'danger' : 'ink'}
            >
              {verb} {counted(taken.length, 'run')}
            </Button>
          </>
        ) : (
          <Button disabled={!isOver} onClick={onClose} variant="ink">
            Close
          </Button>
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
