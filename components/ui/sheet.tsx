'use client';

import { type ReactNode, useId, useState } from 'react';
import { Button } from './button.tsx';
import { Modal } from './modal.tsx';

interface SheetProps {
  /** On the button that opens it. */
  readonly label: string;
  readonly title: string;
  readonly side: 'left' | 'right';
  readonly children: ReactNode;
}

/** Slides over the page from one side; a link inside closes it. */
export function Sheet({ label, title, side, children }: SheetProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {label}
      </Button>
      {isOpen && (
        <Modal
          aria-labelledby={id}
          className={`inset-y-0 flex h-dvh max-h-none w-[min(360px,calc(100vw-44px))] flex-col overflow-y-auto bg-sunken ${side === 'left' ? 'left-0' : 'right-0 left-auto'}`}
          onClick={(event) =>
            event.target instanceof Element && event.target.closest('a') !== null && setOpen(false)
          }
          onClose={() => setOpen(false)}
        >
          <div className="flex h-11 flex-none items-center justify-between border-b border-line px-4">
            <h2 className="font-semibold" id={id}>
              {title}
            </h2>
            <Button onClick={() => setOpen(false)} variant="plain">
              Close
            </Button>
          </div>
          {children}
        </Modal>
      )}
    </>
  );
}
