import { AuditFilter } from '#lib/contracts/audit.ts';
import * as enforcements from '#lib/contracts/enforcements.ts';
import * as events from '#lib/contracts/events.ts';
import { ExecutionFilter } from '#lib/contracts/executions.ts';
import { getAuditChain, listAuditEvents } from '#server/audit/service.ts';
import { listEnforcements } from '#server/enforcements/service.ts';
import { listEvents } from '#server/events/service.ts';
import { getNewestStats, listDurations, listExecutions } from '#server/executions/service.ts';
import {
  getActionActivity,
  getRuleActivity,
  getTriggerActivity,
} from '#server/overview/activity.ts';
import { getOverview } from '#server/overview/service.ts';
import { listWorkers } from '#server/workers/service.ts';
import { userWho } from './actors.ts';

const ada = userWho(
  'executions:read',
  'events:read',
  'enforcements:read',
  'rules:read',
  'audit_log:read',
  'workers:read',
);

/** What a reader of the executions asks for: the usual of each filter, the rare, and what is not there. */
export const RUN_FILTERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { cursor: '500' },
  { status: 'completed' },
  { status: 'failed' },
  { status: 'running' },
  { status: 'requested' },
  { status: 'canceling' },
  { status: 'abandoned' },
  { status: 'cancelled' },
  { status: 'failed,timeout,abandoned' },
  { status: 'completed,cancelled' },
  { end_reason: 'exit' },
  { end_reason: 'timeout' },
  { end_reason: 'quarantined' },
  { end_reason: 'no_such_reason' },
  { action_ref: 'seed.action_7' },
  { action_ref: 'seed.once' },
  { action_ref: 'seed.none' },
  { action_ref: 'seed.*' },
  { action_ref: 'seed.action_9', status: 'failed' },
  { pack_name: 'seed_once' },
  { pack_name: 'seed', status: 'abandoned' },
  { rule_ref: 'seed.rule_7' },
  { rule_ref: 'seed.rule_7', status: 'timeout' },
  { rule_ref: 'seed.none' },
  { trigger_ref: 'seed.trigger_7' },
  { trigger_ref: 'seed.trigger_7', status: 'abandoned' },
  { trigger_ref: 'seed.none' },
  { trace_tag: 'trace-77' },
  { worker: '7' },
  { worker_name: 'worker-7', status: 'failed' },
  { worker_name: 'nobody' },
  { executor_login: 'person-9001' },
  { executor_login: 'nobody' },
  { retried: 'true' },
  { retried: 'false' },
  { retried: 'true', action_ref: 'seed.action_3' },
  { retried: 'true', status: 'completed' },
  { exit_code: '0' },
  { exit_code: '3' },
  { exit_code: '77' },
  { exit_code: '143', action_ref: 'seed.action_5' },
  { signal: 'SIGTERM' },
  { signal: 'SIGKILL' },
  { signal: 'SIGHUP' },
  { created_after: daysAgo(1) },
  { created_before: daysAgo(25) },
  { created_after: daysAgo(20), created_before: daysAgo(19), status: 'abandoned' },
  { created_after: daysAgo(20), created_before: daysAgo(19), end_reason: 'quarantined' },
  { duration_ms_min: '4000000' },
  { duration_ms_min: '4000' },
  { duration_ms_max: '60' },
  { duration_ms_min: '1000', duration_ms_max: '1010' },
  { token_state: 'none' },
  { token_state: 'active' },
  { token_state: 'ended' },
  { token_state: 'refused' },
  { token_state: 'used_after_end' },
  { result_contains: 'drain refused' },
  { result_contains: 'nowhere at all', created_after: daysAgo(1) },
  { result_contains: 'nowhere at all' },
  { result_contains: 'nowhere at all', created_after: daysAgo(30) },
  { result_contains: 'run 900', status: 'failed', created_after: daysAgo(30) },
  { top_level_only: 'true' },
];

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

const nameOf = (what: string, query: Readonly<Record<string, string>>): string =>
  [what, ...Object.entries(query).map(([name, value]) => `${name}=${value}`)].join(' ');

type Look = readonly [name: string, look: () => Promise<unknown>];

/** Every list of the dashboard, with every filter of it, as its page asks for it. */
export function listLooks(): Look[] {
  const looks = <T>(
    what: string,
    queries: readonly Readonly<Record<string, string>>[],
    look: (query: Readonly<Record<string, string>>) => Promise<T>,
  ): Look[] => queries.map((query) => [nameOf(what, query), () => look(query)]);
  return [
    ...looks('executions', RUN_FILTERS, (query) =>
      listExecutions(ada, ExecutionFilter.parse(query)),
    ),
    ...looks('chart', RUN_FILTERS, (query) => listDurations(ada, ExecutionFilter.parse(query))),
    ...looks(
      'events',
      [
        {},
        { cursor: '500' },
        { trigger_ref: 'seed.trigger_7' },
        { trigger_ref: 'seed.none' },
        { rule_ref: 'seed.rule_7' },
        { rule_ref: 'seed.none' },
        { trace_tag: 'trace-77' },
        { trace_tag: 'none' },
        { source: '1' },
        { source: '2' },
        { rule_ref: 'seed.rule_7', trace_tag: 'none' },
      ],
      (query) => listEvents(ada, events.listEvents.query.parse(query)),
    ),
    ...looks(
      'enforcements',
      [
        {},
        { cursor: '500' },
        { rule_ref: 'seed.rule_7' },
        { rule_ref: 'seed.none' },
        { trigger_ref: 'seed.trigger_7' },
        { trigger_ref: 'seed.none' },
        { status: 'disabled' },
        { status: 'created' },
        { rule_ref: 'seed.rule_7', status: 'disabled' },
        { trigger_ref: 'seed.trigger_7', status: 'created' },
      ],
      (query) => listEnforcements(ada, enforcements.listEnforcements.query.parse(query)),
    ),
    ...looks(
      'audit',
      [
        {},
        { cursor: '500' },
        { event_type: 'rule.updated' },
        { event_type: 'rule.*' },
        { event_type: 'none.*' },
        { actor_login: 'person-9001' },
        { actor_login: 'nobody' },
        { outcome: 'denied' },
        { outcome: 'success' },
        { processes: 'false' },
        { resource_ref: 'seed.trigger_7' },
        { resource_ref: 'none' },
        { resource_type: 'event', resource_id: '77' },
        { request_id: 'request-77' },
        { q: 'trigger_7' },
        { q: 'nowhere at all' },
        { created_after: daysAgo(1) },
        { created_before: daysAgo(29) },
      ],
      (query) => listAuditEvents(ada, AuditFilter.parse(query)),
    ),
    ['audit chain', () => getAuditChain(ada)],
    ['executions by status', () => getNewestStats(ada)],
    ['rules, what they did', () => getRuleActivity(ada)],
    ['actions, what they did', () => getActionActivity(ada)],
    ['triggers, what they did', () => getTriggerActivity(ada)],
    ['workers', () => listWorkers(ada, {})],
    ['home', () => getOverview(ada, 60)],
  ];
}
