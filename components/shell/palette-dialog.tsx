'use client';

import { Command } from 'cmdk';
import { useRouter } from 'next/navigation';
import { type RefObject, useRef, useState } from 'react';
import { Modal } from '#components/ui/modal.tsx';
import type { Found } from '#lib/contracts/search.ts';
import { type Shortcut, SHORTCUTS } from '#lib/shortcuts.ts';
import { Keys } from './keys.tsx';
import { kindLabel, type PaletteItem, pageItems, pathOf } from './palette-items.ts';
import { chooseTheme, currentTheme } from './theme-choice.ts';
import { useFound } from './use-found.ts';
import { boundCommands } from './use-shortcuts.ts';

interface PaletteDialogProps {
  readonly onClose: () => void;
  /** What was typed before its field was there. */
  readonly takeTyped: () => string;
}

/** Pages, what can be done here, and everything that has a name: type, choose with the arrows, Enter. */
export function PaletteDialog({ onClose, takeTyped }: PaletteDialogProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <Modal
      aria-label="Search or run a command"
      className="top-[10vh] left-1/2 flex max-h-[76vh] w-[min(600px,calc(100vw-24px))] -translate-x-1/2 flex-col overflow-hidden rounded-md bg-raised"
      first={field}
      onClose={onClose}
    >
      <Choices field={field} onDone={onClose} takeTyped={takeTyped} />
    </Modal>
  );
}

interface ChoicesProps {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly onDone: () => void;
  readonly takeTyped: () => string;
}

function Choices({ field, onDone, takeTyped }: ChoicesProps) {
  const [words, setWords] = useState('');
  const { found, problem, isSearching } = useFound(words);
  const [chosen, setChosen] = useState('');
  const [shown, setShown] = useState(found);
  // What was found comes a moment after what was typed, and stands first: Enter means it.
  if (shown !== found) {
    setShown(found);
    const [first] = found;
    if (first !== undefined) setChosen(valueOf(first));
  }
  const fitting = {
    here: commandsHere().filter(({ label }) => fits(label, words)),
    pages: pageItems().filter(({ label }) => fits(`go to ${label}`, words)),
  };
  // One of those that are there is always chosen, whatever has gone since.
  const values = [
    ...found.map(valueOf),
    ...fitting.here.map(valueOfHere),
    ...fitting.pages.map(valueOfPage),
  ];
  const router = useRouter();
  const go = (href: string) => {
    onDone();
    router.push(href);
  };
  return (
    <Command
      className="flex min-h-0 flex-col"
      label="Search or run a command"
      loop
      onValueChange={setChosen}
      shouldFilter={false}
      value={values.includes(chosen) ? chosen : (values[0] ?? '')}
    >
      <Command.Input
        ref={field}
        className="h-11 w-full flex-none border-b border-line bg-raised px-4 text-md text-ink outline-none placeholder:text-ink-3 focus-visible:outline-none"
        // Not sooner: until it has the focus keys would go elsewhere.
        onFocus={() => {
          const early = takeTyped();
          if (early !== '') setWords(early);
        }}
        onValueChange={setWords}
        placeholder="A page, a command, a name, or the number of a run"
        value={words}
      />
      <Command.List className="min-h-0 flex-1 overflow-y-auto p-1.5" label="Results">
        <Command.Empty className="px-2.5 py-2 text-ink-2">
          {isSearching ? 'Searching.' : `Nothing is called “${words}”.`}
        </Command.Empty>
        {problem !== null && (
          <p className="px-2.5 py-2 text-failed" role="alert">
            {problem}
          </p>
        )}
        {found.length > 0 && (
          <Command.Group className={GROUP} heading="Found">
            {found.map(({ kind, ref, label }) => (
              <Command.Item
                key={`${kind} ${ref}`}
                className={ITEM}
                onSelect={() => go(pathOf(kind, ref))}
                value={valueOf({ kind, ref })}
              >
                <span className="w-16 flex-none text-xs text-ink-3">{kindLabel(kind)}</span>
                <span className="font-mono text-xs text-ink">{ref}</span>
                <span className="truncate text-ink-3">{label === ref ? '' : label}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {fitting.here.length > 0 && (
          <Command.Group className={GROUP} heading="Here">
            {fitting.here.map((item) => (
              <Command.Item
                key={item.key}
                className={ITEM}
                onSelect={() => {
                  onDone();
                  // After the dialog gave the focus back, so that what opens now keeps it.
                  setTimeout(item.run);
                }}
                value={valueOfHere(item)}
              >
                <span className="flex-1">{item.label}</span>
                {item.keys !== undefined && <Keys keys={item.keys} />}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {fitting.pages.length > 0 && (
          <Command.Group className={GROUP} heading="Pages">
            {fitting.pages.map((item) => (
              <Command.Item
                key={item.href}
                className={ITEM}
                onSelect={() => go(item.href)}
                value={valueOfPage(item)}
              >
                <span className="flex-1">{item.label}</span>
                {item.keys !== undefined && <Keys keys={item.keys} />}
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  );
}

const valueOf = ({ kind, ref }: Pick<Found, 'kind' | 'ref'>): string => `${kind} ${ref}`;
const valueOfHere = ({ key }: HereItem): string => `do ${key}`;
const valueOfPage = ({ href }: PaletteItem): string => `go ${href}`;

/** Each word stands somewhere in it; letters scattered over a sentence are no match. */
const fits = (label: string, words: string): boolean =>
  words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => label.toLowerCase().includes(word));

interface HereItem {
  readonly key: string;
  readonly label: string;
  readonly keys?: string;
  readonly run: () => unknown;
}

/** What keys do on this page, and the themes. Pages have a group of their own, and walking the rows is for keys alone. */
function commandsHere(): HereItem[] {
  const other = currentTheme() === 'dark' ? 'light' : 'dark';
  const bound = [...boundCommands()].flatMap(([name, run]): HereItem[] => {
    const { keys, does, href }: Shortcut = SHORTCUTS[name];
    return href !== undefined || KEYS_ONLY.has(name)
      ? []
      : [{ key: name, label: does.charAt(0).toUpperCase() + does.slice(1), keys, run }];
  });
  return [
    ...bound,
    { key: 'theme', label: `Use the ${other} theme`, run: () => chooseTheme(other) },
    { key: 'system', label: 'Use the theme of the system', run: () => chooseTheme('system') },
  ];
}

const KEYS_ONLY: ReadonlySet<string> = new Set([
  'palette',
  'nextRow',
  'previousRow',
  'selectRow',
  'markRow',
  'openRow',
  'nextHit',
  'previousHit',
]);

const GROUP =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3';
const ITEM =
  'flex min-h-8 cursor-pointer items-center gap-2.5 rounded-sm px-2.5 aria-selected:bg-selected aria-selected:shadow-[inset_2px_0_0_var(--color-accent)] pointer-coarse:min-h-11';
