import type { Breaks } from './break.ts';

/** From the event to the end of its execution. */
export const STREET_BREAKS: Breaks = {
  'enforcement-has-event': [
    {
      says: /^enforcement \d+: event \d+ is not there$/,
      by: ({ enforcement }) => [
        `delete from event where id = (select event_id from enforcement where id = ${enforcement})`,
      ],
    },
  ],
  'execution-has-enforcement': [
    {
      says: /: enforcement \d+ is not there$/,
      by: ({ enforcement }) => [`delete from enforcement where id = ${enforcement}`],
    },
  ],
  'one-enforcement-per-rule-and-event': [
    {
      says: /^rule \d+, event \d+: enforcements \d+, \d+$/,
      by: ({ enforcement }) => [
        'drop index enforcement_rule_id_event_id_key',
        `insert into enforcement (rule_id, rule_ref, rule_version, trigger_ref, event_id, status, reason)
         select rule_id, rule_ref, rule_version, trigger_ref, event_id, 'disabled', '{}' from enforcement where id = ${enforcement}`,
      ],
    },
  ],
  'one-execution-per-enforcement': [
    {
      says: /^enforcement \d+: executions \d+, \d+$/,
      by: ({ enforcement, waiting }) => [
        'drop index execution_enforcement_id_key',
        `update execution set enforcement_id = ${enforcement} where id = ${waiting}`,
      ],
    },
  ],
  'processed-enforcement-has-execution': [
    {
      says: /^enforcement \d+ is disabled, its execution is \d+$/,
      by: ({ enforcement }) => [
        `update enforcement set status = 'disabled' where id = ${enforcement}`,
      ],
    },
    {
      says: /^enforcement \d+ is processed, its execution is not there$/,
      by: ({ completed }) => [`update execution set enforcement_id = null where id = ${completed}`],
    },
    {
      says: /^enforcement \d+ is disabled, its execution is not there$/,
      by: ({ completed, enforcement }) => [
        `update execution set enforcement_id = null where id = ${completed}`,
        `update enforcement set status = 'disabled', reason = null where id = ${enforcement}`,
      ],
    },
  ],
  'ended-execution-says-why': [
    {
      says: /is completed: no reason$/,
      by: ({ completed }) => [`update execution set end_reason = null where id = ${completed}`],
    },
    {
      says: /is completed: no time of its end, no result$/,
      by: ({ completed }) => [
        `update execution set finished_at = null, result = null where id = ${completed}`,
      ],
    },
  ],
  'live-execution-has-no-end': [
    {
      says: /is requested, ended at 2\d\d\d-.*: no reason$/,
      by: ({ waiting }) => [`update execution set finished_at = now() where id = ${waiting}`],
    },
  ],
  'completed-by-its-last-attempt': [
    {
      says: /is failed, attempt 1 is completed$/,
      by: ({ completed }) => [`update execution set status = 'failed' where id = ${completed}`],
    },
  ],
  'moves-are-guarded': [
    {
      says: /^the trigger execution_moves is missing or switched off$/,
      by: () => ['alter table execution disable trigger execution_moves'],
    },
  ],
};
