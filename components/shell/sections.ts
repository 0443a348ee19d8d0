import { paths } from '#lib/paths.ts';

export interface Section {
  readonly label: string;
  readonly href: string;
}

/** The stations of the line, in the order in which things happen. */
export const LINE: readonly Section[] = [
  { label: 'Sensors', href: paths.sensors() },
  { label: 'Triggers', href: paths.triggers() },
  { label: 'Events', href: paths.events() },
  { label: 'Rules', href: paths.rules() },
  { label: 'Enforcements', href: paths.enforcements() },
  { label: 'Executions', href: paths.executions() },
];

export const HOME: Section = { label: 'Home', href: paths.home() };

export const THINGS: readonly Section[] = [
  { label: 'Actions', href: paths.actions() },
  { label: 'Packs', href: paths.packs() },
  { label: 'Workers', href: paths.workers() },
  { label: 'Keys', href: paths.keys() },
  { label: 'Identities', href: paths.identities() },
  { label: 'Tokens', href: paths.tokens() },
];

export const REFERENCE: readonly Section[] = [
  { label: 'Audit', href: paths.audit() },
  { label: 'Settings', href: paths.settings() },
  { label: 'API', href: paths.api() },
];

/** The section that an address belongs to. */
export function sectionOf(path: string): Section | undefined {
  if (path === HOME.href) return HOME;
  return [...LINE, ...THINGS, ...REFERENCE].find(
    ({ href }) => path === href || path.startsWith(`${href}/`),
  );
}
