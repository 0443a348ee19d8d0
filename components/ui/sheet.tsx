'use client';

import { Dialog } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';

interface SheetProps {
  readonly trigger: ReactNode;
  readonly title: string;
  readonly side: 'left' | 'right';
  readonly children: ReactNode;
}

/** Slides over the page from one side; a link inside closes it. */
export function Sheet({ trigger, title, side, children }: SheetProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog.Root onOpenChange={setOpen} open={isOpen}>
      <Dialog.Trigger asChild>{trigger}</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-[oklch(0%_0_0/.4)]" />
        <Dialog.Content
          aria-describedby={undefined}
          className={`fixed inset-y-0 z-50 flex w-[min(360px,calc(100vw-44px))] flex-col overflow-y-auto bg-sunken shadow-overlay ${side === 'left' ? 'left-0' : 'right-0'}`}
          onClick={(event) =>
            event.target instanceof Element && event.target.closest('a') !== null && setOpen(false)
          }
        >
          <div className="flex h-11 flex-none items-center justify-between border-b border-line px-4">
            <Dialog.Title className="font-semibold">{title}</Dialog.Title>
            <Dialog.Close asChild>
              <Button variant="plain">Close</Button>
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
