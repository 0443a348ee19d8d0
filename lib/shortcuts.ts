import { paths } from './paths.ts';

export interface Shortcut {
  /** Keys one after the other, separated by spaces: `g x`; held together: `Ctrl+k`, which is Command on a Mac; or a space. */
  readonly keys: string;
  readonly does: string;
  readonly where: 'everywhere' | 'lists' | 'a run' | 'the output of a run';
  /** For those that go somewhere. */
  readonly href?: string;
  /** Also while one types; only those with Ctrl may be. */
  readonly whileTyping?: boolean;
}

/** Every key that does something. None of them does while one types, except those that say so. */
export const SHORTCUTS = {
  sheet: { keys: '?', does: 'show the keys', where: 'everywhere' },
  palette: {
    keys: 'Ctrl+k',
    does: 'search or run a command',
    where: 'everywhere',
    whileTyping: true,
  },
  search: { keys: '/', does: 'search or filter what the page shows', where: 'everywhere' },
  home: { keys: 'g h', does: 'go home', where: 'everywhere', href: paths.home() },
  events: { keys: 'g e', does: 'go to events', where: 'everywhere', href: paths.events() },
  executions: {
    keys: 'g x',
    does: 'go to executions',
    where: 'everywhere',
    href: paths.executions(),
  },
  rules: { keys: 'g r', does: 'go to rules', where: 'everywhere', href: paths.rules() },
  sensors: { keys: 'g s', does: 'go to sensors', where: 'everywhere', href: paths.sensors() },
  triggers: { keys: 'g t', does: 'go to triggers', where: 'everywhere', href: paths.triggers() },
  workers: { keys: 'g w', does: 'go to workers', where: 'everywhere', href: paths.workers() },
  actions: { keys: 'g a', does: 'go to actions', where: 'everywhere', href: paths.actions() },
  packs: { keys: 'g p', does: 'go to packs', where: 'everywhere', href: paths.packs() },
  nextRow: { keys: 'j', does: 'next row; Enter or o opens it', where: 'lists' },
  previousRow: { keys: 'k', does: 'previous row', where: 'lists' },
  selectRow: { keys: ' ', does: 'select the row', where: 'lists' },
  markRow: { keys: 'x', does: 'select the row as well', where: 'lists' },
  openRow: { keys: 'o', does: 'open the row', where: 'lists' },
  brush: { keys: 'b', does: 'choose a time range in the chart', where: 'lists' },
  newer: { keys: '.', does: 'show newer rows', where: 'lists' },
  output: { keys: 'l', does: 'output', where: 'a run' },
  input: { keys: 'i', does: 'input and result', where: 'a run' },
  context: { keys: 'x', does: 'context', where: 'a run' },
  token: { keys: 't', does: 'token', where: 'a run' },
  compare: { keys: 'd', does: 'compare with the last success', where: 'a run' },
  cancel: { keys: 'c', does: 'cancel (asks)', where: 'a run' },
  rerun: { keys: 'r', does: 're-run (asks)', where: 'a run' },
  firstError: { keys: 'e', does: 'first error', where: 'the output of a run' },
  nextHit: { keys: 'n', does: 'next hit', where: 'the output of a run' },
  previousHit: { keys: 'N', does: 'previous hit', where: 'the output of a run' },
  follow: { keys: 'f', does: 'follow the end', where: 'the output of a run' },
} as const satisfies Record<string, Shortcut>;

export type ShortcutName = keyof typeof SHORTCUTS;

/** Which of the names is meant by the keys so far: the last one, or the last two. */
export function matchShortcut(
  previous: string | null,
  key: string,
  names: readonly ShortcutName[],
): ShortcutName | null {
  const both = names.find((name) => SHORTCUTS[name].keys === `${previous ?? ''} ${key}`);
  return (
    both ?? (previous === 'g' ? null : (names.find((name) => SHORTCUTS[name].keys === key) ?? null))
  );
}
