'use client';

import {
  cloneElement,
  type ComponentProps,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useId,
  useRef,
  useState,
} from 'react';
import { Button, type ButtonVariant } from './button.tsx';
import { Field, TextInput } from './field.tsx';
import { Modal } from './modal.tsx';

interface ConfirmProps {
  /** The button that asks. */
  readonly trigger: ReactElement<ComponentProps<'button'>>;
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
  const id = useId();
  const keep = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      {cloneElement(props.trigger, { 'aria-haspopup': 'dialog', onClick: () => setOpen(true) })}
      {isOpen && (
        <Modal
          isQuestion
          aria-describedby={`${id}-loss`}
          aria-labelledby={id}
          className="top-[20vh] left-1/2 w-[min(440px,calc(100vw-24px))] -translate-x-1/2 rounded-md bg-raised p-4"
          first={keep}
          onClose={close}
        >
          <Question {...props} id={id} keepButton={keep} onDone={close} />
        </Modal>
      )}
    </>
  );
}

interface QuestionProps extends ConfirmProps {
  readonly id: string;
  readonly keepButton: RefObject<HTMLButtonElement | null>;
  readonly onDone: () => void;
}

function Question({
  id,
  keepButton,
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
}: QuestionProps) {
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
      <h2 className="text-md font-semibold" id={id}>
        {title}
      </h2>
      <div className="text-ink-2" id={`${id}-loss`}>
        {children}
      </div>
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
        <Button ref={keepButton} onClick={onDone}>
          {keep}
        </Button>
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
