import type { Page } from 'playwright';
import { RUN_TABS } from '#components/executions/run-tabs.ts';
import { paths } from '#lib/paths.ts';
import type { Seeds } from './seed.ts';

export interface Picture {
  readonly name: string;
  readonly path: string;
  /** Shows signs of life, which go on: the clock of the browser does too. */
  readonly isLive?: boolean;
  /** What is done on the page before it is looked at. */
  readonly before?: (page: Page) => Promise<unknown>;
}

/** Every page of the dashboard, and those of its states that look like another one. */
export const picturesOf = (seeds: Seeds): readonly Picture[] => [
  { name: 'home', path: paths.home() },
  { name: 'home-hour', path: paths.home({ window: 60 }) },
  { name: 'sensors', path: paths.sensors() },
  { name: 'sensor', path: paths.sensor('ops.disk_watch') },
  { name: 'triggers', path: paths.triggers() },
  { name: 'trigger', path: paths.trigger('ops.alert') },
  { name: 'events', path: paths.events() },
  { name: 'event', path: paths.event(seeds.eventThatMissed) },
  { name: 'rules', path: paths.rules() },
  { name: 'rule', path: paths.rule('ops.page_on_call') },
  { name: 'rule-new', path: paths.newRule() },
  { name: 'rule-edit', path: paths.editRule('ops.page_on_call') },
  { name: 'enforcements', path: paths.enforcements() },
  { name: 'enforcement', path: paths.enforcement(seeds.enforcement) },
  { name: 'executions', path: paths.executions() },
  ...RUN_TABS.map((tab) => ({
    name: `execution-failed-${tab}`,
    path: `${paths.execution(seeds.failed)}?tab=${tab}`,
  })),
  { name: 'execution-timeout', path: `${paths.execution(seeds.timedOut)}?tab=timeline` },
  { name: 'execution-running', path: paths.execution(seeds.running) },
  { name: 'execution-retried', path: paths.execution(seeds.retried) },
  { name: 'execution-cancelled', path: paths.execution(seeds.cancelled) },
  { name: 'actions', path: paths.actions() },
  { name: 'action', path: paths.action('ops.deploy') },
  { name: 'packs', path: paths.packs() },
  { name: 'pack', path: paths.pack('ops') },
  { name: 'workers', path: paths.workers(), isLive: true },
  { name: 'keys', path: paths.keys() },
  { name: 'identities', path: paths.identities() },
  { name: 'identity', path: paths.identity(seeds.identity) },
  { name: 'api-tokens', path: paths.apiTokens() },
  { name: 'tokens', path: paths.tokens() },
  { name: 'audit', path: paths.audit() },
  { name: 'settings', path: paths.settings() },
  { name: 'api', path: paths.api() },
  { name: 'not-found', path: paths.rule('ops.nothing') },
  { name: 'shortcuts', path: paths.rules(), before: (page) => openDialog(page, '?') },
  { name: 'palette', path: paths.home(), before: (page) => openDialog(page, 'Control+k') },
];

async function openDialog(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key);
  await page.getByRole('dialog').waitFor();
}
