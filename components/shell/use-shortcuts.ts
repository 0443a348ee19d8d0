'use client';

import { type RefObject, useEffect, useEffectEvent, useRef } from 'react';
import { matchShortcut, type Shortcut, type ShortcutName, SHORTCUTS } from '#lib/shortcuts.ts';

const PAIR_MS = 1_200;

/** What a key does; false: nothing here, so that the browser does what it would. */
type Handler = () => unknown;
type Handlers = Partial<Record<ShortcutName, Handler>>;

const bound = new Set<RefObject<Handlers>>();

/** What can be done on this page now, by the names of their keys; the palette offers the same. */
export function boundCommands(): Map<ShortcutName, Handler> {
  return new Map(
    [...bound].flatMap(({ current }) => Object.entries(current) as [ShortcutName, Handler][]),
  );
}

/** Binds keys of the one table while a component is there. */
export function useShortcuts(handlers: Handlers): void {
  const press = useEffectEvent((previous: string | null, key: string, event: KeyboardEvent) => {
    const name = matchShortcut(previous, key, Object.keys(handlers) as ShortcutName[]);
    if (name === null) return;
    const shortcut: Shortcut = SHORTCUTS[name];
    if (isTyping(event.target) && shortcut.whileTyping !== true) return;
    if (handlers[name]?.() !== false) event.preventDefault();
  });
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });

  useEffect(() => {
    let previous: { key: string; at: number } | null = null;
    const listen = (event: KeyboardEvent) => {
      if (event.altKey || event.isComposing || event.defaultPrevented) return;
      const isHeld = event.ctrlKey || event.metaKey;
      const key = isHeld ? `Ctrl+${event.key.toLowerCase()}` : event.key;
      press(
        previous !== null && event.timeStamp - previous.at < PAIR_MS ? previous.key : null,
        key,
        event,
      );
      previous = { key, at: event.timeStamp };
    };
    bound.add(latest);
    document.addEventListener('keydown', listen);
    return () => {
      bound.delete(latest);
      document.removeEventListener('keydown', listen);
    };
  }, []);
}

/** Also while a dialog is open: its keys are its own. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest(
    'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=dialog], [role=alertdialog]',
  ) !== null;
