import type { EnforcementStatus } from './contracts/enforcements.ts';
import type { TokenState } from './contracts/executions.ts';
import type { ExecutionStatus } from './domain/execution-status.ts';
import { withSearch } from './search.ts';

/**
 * What each page reads from its address, by the name it reads it under. The pages parse with schemas of exactly these
 * names, and a link is made here only, so none can ask for what its page does not know.
 */
export interface EventLink {
  readonly trigger_ref?: string | undefined;
  readonly rule_ref?: string | undefined;
  readonly trace_tag?: string | undefined;
}
export interface EnforcementLink {
  readonly trigger_ref?: string | undefined;
  readonly rule_ref?: string | undefined;
  readonly status?: EnforcementStatus | undefined;
}
export interface ExecutionLink {
  readonly status?: readonly ExecutionStatus[] | undefined;
  readonly action?: string | undefined;
  readonly pack?: string | undefined;
  readonly rule?: string | undefined;
  readonly trigger?: string | undefined;
  readonly trace?: string | undefined;
  /** An id, or a name. */
  readonly worker?: number | string | undefined;
  /** The login of whoever asked. */
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly exit?: string | undefined;
  readonly signal?: string | undefined;
  readonly retried?: 'yes' | 'no' | undefined;
  readonly token?: TokenState | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  readonly text?: string | undefined;
}
export interface NewRuleLink {
  readonly trigger?: string | undefined;
  readonly action?: string | undefined;
}

/** `resource`: a name, or a kind with a name or a number, `key system.smtp`. */
export interface AuditLink {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  /** Id of the API token that it was done with. */
  readonly token?: number | undefined;
}

export interface TokensLink {
  readonly show?: 'live' | 'ended' | 'refused' | undefined;
  readonly who?: string | undefined;
}

/** Every address of the dashboard. A page that is not here has no link. */
export const paths = {
  home: ({ window }: { readonly window?: 15 | 60 } = {}) =>
    withSearch('/', { window: window === 60 ? '60' : undefined }),
  login: () => '/login',
  sensors: () => '/sensors',
  sensor: (ref: string) => `/sensors/${ref}`,
  triggers: () => '/triggers',
  trigger: (ref: string) => `/triggers/${ref}`,
  events: (link: EventLink = {}) => withSearch('/events', { ...link }),
  event: (id: number | string) => `/events/${id}`,
  rules: () => '/rules',
  newRule: (link: NewRuleLink = {}) => withSearch('/rules/new', { ...link }),
  rule: (ref: string) => `/rules/${ref}`,
  editRule: (ref: string) => `/rules/${ref}/edit`,
  enforcements: (link: EnforcementLink = {}) => withSearch('/enforcements', { ...link }),
  enforcement: (id: number | string) => `/enforcements/${id}`,
  executions: ({ status, worker, ...link }: ExecutionLink = {}) =>
    withSearch('/executions', {
      status: status?.join(','),
      ...link,
      worker: worker?.toString(),
    }),
  execution: (id: number | string) => `/executions/${id}`,
  actions: () => '/actions',
  /** `from`: the run whose input its form begins with. */
  action: (ref: string, { from }: { readonly from?: number } = {}) =>
    withSearch(`/actions/${ref}`, { from: from?.toString() }),
  packs: () => '/packs',
  pack: (ref: string) => `/packs/${ref}`,
  workers: () => '/workers',
  keys: () => '/keys',
  identities: () => '/identities',
  identity: (id: number | string) => `/identities/${id}`,
  apiTokens: () => '/identities/tokens',
  tokens: (link: TokensLink = {}) => withSearch('/tokens', { ...link }),
  settings: () => '/settings',
  audit: ({ token, ...link }: AuditLink = {}) =>
    withSearch('/audit', { ...link, token: token?.toString() }),
  api: () => '/docs',
  /** Streams and downloads of the API that pages open by themselves. */
  executionLogs: (id: number | string) => `/api/v1/executions/${id}/logs`,
  apiExecution: (id: number | string, part?: 'attempts' | 'environment' | 'token') =>
    `/api/v1/executions/${id}${part === undefined ? '' : `/${part}`}`,
  sensorLogs: (ref: string) => `/api/v1/sensors/${ref}/logs`,
  executionStream: () => '/api/v1/executions/stream',
  eventsApi: () => '/api/v1/events',
  enforcementsApi: () => '/api/v1/enforcements',
  executionsApi: () => '/api/v1/executions',
  auditApi: () => '/api/v1/audit-events',
  alive: () => '/health/live',
  changes: () => '/api/v1/changes',
  auditExport: () => '/api/v1/audit-events/export',
  openApi: () => '/api-spec/openapi.json',
} as const;
