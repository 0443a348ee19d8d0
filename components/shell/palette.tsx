'use client';

import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import { Keys } from './keys.tsx';
import { TypedAhead } from './typed-ahead.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** Read when it is first asked for: most visits never do. */
const PaletteDialog = dynamic(
  () => import('./palette-dialog.tsx').then(({ PaletteDialog: dialog }) => dialog),
  { ssr: false },
);

/** The one field from which everything can be reached. */
export function Palette() {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const [typed] = useState(() => new TypedAhead(close));
  const open = () => {
    if (!isOpen) typed.keep();
    setOpen(true);
  };
  useShortcuts({ palette: open });
  // Where the dialog cannot be read the page has its keys back.
  useEffect(() => () => void typed.take(), [typed]);
  return (
    <>
      <button
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        className="flex h-7 items-center justify-between gap-3 rounded-sm border border-control bg-surface px-2.5 text-ink-3 hover:bg-hover md:w-64"
        onClick={open}
        type="button"
      >
        <span className="max-md:hidden">Search or run a command</span>
        <span className="text-ink md:hidden">Search</span>
        <span className="max-md:hidden">
          <Keys keys="Ctrl+k" />
        </span>
      </button>
      {isOpen && <PaletteDialog onClose={close} takeTyped={() => typed.take()} />}
    </>
  );
}
