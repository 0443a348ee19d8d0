import type { Found } from '#lib/contracts/search.ts';
import { paths } from '#lib/paths.ts';
import { type Shortcut, SHORTCUTS } from '#lib/shortcuts.ts';
import { HOME, LINE, REFERENCE, THINGS } from './sections.ts';

export interface PaletteItem {
  readonly label: string;
  readonly href: string;
  readonly keys?: string;
}

/** Every page that the navigation has, with its keys, and the two that one gets to from others. */
export function pageItems(): PaletteItem[] {
  const keysTo = new Map(
    Object.values<Shortcut>(SHORTCUTS).flatMap(({ href, keys }) =>
      href === undefined ? [] : [[href, keys] as const],
    ),
  );
  const sections = [HOME, ...LINE, ...THINGS, ...REFERENCE].map(({ label, href }) => {
    const keys = keysTo.get(href);
    return keys === undefined ? { label, href } : { label, href, keys };
  });
  return [
    ...sections,
    { label: 'New rule', href: paths.newRule() },
    { label: 'Your API tokens', href: paths.apiTokens() },
  ];
}

const KINDS: Readonly<
  Record<Found['kind'], { readonly label: string; readonly path: (ref: string) => string }>
> = {
  execution: { label: 'Run', path: paths.execution },
  action: { label: 'Action', path: paths.action },
  rule: { label: 'Rule', path: paths.rule },
  trigger: { label: 'Trigger', path: paths.trigger },
  sensor: { label: 'Sensor', path: paths.sensor },
  pack: { label: 'Pack', path: paths.pack },
};

export const pathOf = (kind: Found['kind'], ref: string): string => KINDS[kind].path(ref);

export const kindLabel = (kind: Found['kind']): string => KINDS[kind].label;
