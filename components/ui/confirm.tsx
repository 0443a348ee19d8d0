'use client';

import { AlertDialog } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { Button, type ButtonVariant } from './button.tsx';
import { Field, TextInput } from './field.tsx';

interface ConfirmProps {
  /** The button that asks. */
  readonly trigger: ReactNode;
  /** What, and how many: "Cancel run 48213?" */
  readonly title: string;
  /** What is lost. */
  readonly children: ReactNode;
  /** Repeats the verb: "Cancel run". */
  readonly verb: string;
  /** "Keep it". */
  readonly keep: string;
  readonly variant?: ButtonVariant;
  /** Asks for a reason under this label; it may stay empty. */
  readonly reasonLabel?: string;
  /** It may not stay empty. */
  readonly needsReason?: boolean;
  /** For deletes: what has to be typed first. */
  readonly typed?: string;
  /** Answers what went wrong, or null. The dialog stays open with the sentence. */
  readonly onConfirm: (reason: string) => Promise<string | null>;
}

/** Says what will happen before it does. */
export function Confirm(props: ConfirmProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <AlertDialog.Root onOpenChange={setOpen} open={isOpen}>
      <AlertDialog.Trigger asChild>{props.trigger}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-[oklch(0%_0_0/.4)]" />
        <AlertDialog.Content className="fixed top-[20vh] left-1/2 z-50 w-[min(440px,calc(100vw-24px))] -translate-x-1/2 rounded-md bg-raised p-4 shadow-overlay">
          <Question {...props} onDone={() => setOpen(false)} />
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function Question({
  title,
  children,
  verb,
  keep,
  variant = 'danger',
  reasonLabel,
  needsReason = false,
  typed,
  onConfirm,
  onDone,
}: ConfirmProps & { readonly onDone: () => void }) {
  const [reason, setReason] = useState('');
  const [typedSoFar, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const confirm = async () => {
    setBusy(true);
    const failure = await onConfirm(reason.trim());
    setBusy(false);
    setProblem(failure);
    if (failure === null) onDone();
  };

  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <AlertDialog.Title className="text-md font-semibold">{title}</AlertDialog.Title>
      <AlertDialog.Description asChild>
        <div className="text-ink-2">{children}</div>
      </AlertDialog.Description>
      {reasonLabel !== undefined && (
        <Field
          hint={needsReason ? 'Stands in the record.' : 'Stands in the record. May stay empty.'}
          label={reasonLabel}
        >
          {(control) => (
            <TextInput
              {...control}
              autoComplete="off"
              maxLength={500}
              minLength={needsReason ? 3 : undefined}
              required={needsReason}
              onChange={(event) => setReason(event.target.value)}
              value={reason}
            />
          )}
        </Field>
      )}
      {typed !== undefined && (
        <Field label={`Type ${typed} to go on`}>
          {(control) => (
            <TextInput
              {...control}
              autoComplete="off"
              className="font-mono text-xs"
              onChange={(event) => setTyped(event.target.value)}
              value={typedSoFar}
            />
          )}
        </Field>
      )}
      {problem !== null && (
        <p className="text-failed" role="alert">
          {problem}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <AlertDialog.Cancel asChild>
          <Button>{keep}</Button>
        </AlertDialog.Cancel>
        <Button
          disabled={isBusy || (typed !== undefined && typed !== typedSoFar)}
          type="submit"
          variant={variant}
        >
          {verb}
        </Button>
      </div>
    </form>
  );
}
