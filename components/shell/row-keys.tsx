'use client';

import { useShortcuts } from './use-shortcuts.ts';

const ROWS = 'main tbody tr, main ul[data-rows] > li';

/** `j` and `k` go through the rows of whatever table the page has; the link of a row is what `Enter` opens. */
export function RowKeys() {
  useShortcuts({
    nextRow: () => step(1),
    previousRow: () => step(-1),
    selectRow: select,
    markRow: select,
    openRow: open,
    search,
  });
  return null;
}

/** Rows that are seen and lead somewhere. */
const rows = (): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>(ROWS)].filter(
    (row) => row.offsetParent !== null && linkOf(row) !== null,
  );

const linkOf = (row: Element): HTMLElement | null => row.querySelector<HTMLElement>('a[href]');

function step(by: 1 | -1): boolean {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[at === -1 ? (by === 1 ? 0 : all.length - 1) : at + by];
  const link = next === undefined ? null : linkOf(next);
  if (link === null) return at !== -1;
  link.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
  return true;
}

/** The box of the row that has the focus, unless the focus is on what a space presses anyway. */
function select(): boolean {
  const active = document.activeElement;
  if (active === null || !active.matches('a[href]')) return false;
  const box = active
    .closest(ROWS)
    ?.querySelector<HTMLInputElement>('input[type=checkbox]:not(:disabled)');
  box?.click();
  return box !== null && box !== undefined;
}

/** What Enter does, for those whose hand is on the letters. */
function open(): boolean {
  const active = document.activeElement;
  if (!(active instanceof HTMLAnchorElement) || active.closest(ROWS) === null) return false;
  active.click();
  return true;
}

/** The first field that searches or filters. */
function search(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement>(
    'main input[type=search], main form[role=search] input:not([type=hidden])',
  );
  const field = [...fields].find((one) => one.offsetParent !== null);
  field?.focus();
  field?.select();
  return field !== undefined;
}
