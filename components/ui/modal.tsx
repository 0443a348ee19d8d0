'use client';

import {
  type ComponentProps,
  type RefObject,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
} from 'react';
import { createPortal } from 'react-dom';

interface ModalProps extends Omit<ComponentProps<'dialog'>, 'open' | 'ref' | 'onClose' | 'role'> {
  /** A question that has to be answered: only its own buttons and Esc end it. */
  readonly isQuestion?: boolean;
  /** What has the focus first; else the first thing in it that can. */
  readonly first?: RefObject<HTMLElement | null>;
  /** Esc, and a press beside it. */
  readonly onClose: () => void;
}

/**
 * Above everything for as long as it is rendered. The browser's own dialog: it keeps the focus inside, gives it back
 * afterwards, and is there at the first press, whether or not the server still answers.
 */
export function Modal({
  isQuestion = false,
  first,
  onClose,
  className = '',
  children,
  ...rest
}: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before its element is taken away: only closing gives the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    first?.current?.focus();
    return () => element?.close();
  }, [first]);

  const press = useEffectEvent((event: PointerEvent) => {
    if (!isQuestion && isBeside(dialog.current, event)) onClose();
  });
  useEffect(() => {
    const listen = (event: PointerEvent) => press(event);
    document.addEventListener('pointerdown', listen);
    return () => document.removeEventListener('pointerdown', listen);
  }, []);

  return createPortal(
    // Its keys are the browser's ways to close it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- see above
    <dialog
      {...rest}
      ref={dialog}
      className={`fixed max-w-none text-ink shadow-overlay backdrop:bg-[oklch(0%_0_0/.4)] ${className}`}
      role={isQuestion ? 'alertdialog' : 'dialog'}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => {
        // What is inside may have had its own use for it.
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </dialog>,
    document.body,
  );
}

/** What lies behind a dialog counts as the dialog itself: only the place tells them apart. */
function isBeside(
  dialog: HTMLDialogElement | null,
  { target, clientX, clientY }: PointerEvent,
): boolean {
  if (dialog === null || !(target instanceof Node)) return false;
  if (target !== dialog) return !dialog.contains(target);
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
