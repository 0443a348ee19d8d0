'use client';

import { useEffect, useEffectEvent } from 'react';
import { matchShortcut, type ShortcutName } from '#lib/shortcuts.ts';

const PAIR_MS = 1_200;

/** Binds keys of the one table while a component is there. */
export function useShortcuts(handlers: Partial<Record<ShortcutName, () => void>>): void {
  const press = useEffectEvent((previous: string | null, event: KeyboardEvent) => {
    const name = matchShortcut(previous, event.key, Object.keys(handlers) as ShortcutName[]);
    if (name === null) return;
    event.preventDefault();
    handlers[name]?.();
  });

  useEffect(() => {
    let previous: { key: string; at: number } | null = null;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      press(
        previous !== null && event.timeStamp - previous.at < PAIR_MS ? previous.key : null,
        event,
      );
      previous = { key: event.key, at: event.timeStamp };
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

/** Also while a dialog is open: its keys are its own. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest(
    'input, textarea, select, [contenteditable], [role=dialog], [role=alertdialog]',
  ) !== null;
