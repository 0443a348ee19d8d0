import { paths } from '#lib/paths.ts';

/** The pages that are there without a run, an event or a rule of their own, by what they are called. */
export const PAGES: Readonly<Record<string, () => string>> = {
  home: paths.home,
  executions: paths.executions,
  events: paths.events,
  enforcements: paths.enforcements,
  rules: paths.rules,
  'new rule': paths.newRule,
  triggers: paths.triggers,
  trigger: () => paths.trigger('core.intervaltimer'),
  sensors: paths.sensors,
  sensor: () => paths.sensor('core.timer_sensor'),
  actions: paths.actions,
  action: () => paths.action('core.http_request'),
  packs: paths.packs,
  pack: () => paths.pack('core'),
  workers: paths.workers,
  keys: paths.keys,
  identities: paths.identities,
  'API tokens': paths.apiTokens,
  tokens: paths.tokens,
  settings: paths.settings,
  audit: paths.audit,
  API: paths.api,
};
