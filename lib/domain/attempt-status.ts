/**
 * The life of one attempt (contract §4). It is born running, and ends once:
 *
 *     running ──► completed | failed | timeout | cancelled | lost
 *
 * Its token ends in the transaction that ends it. `lost`: its worker gave no sign of life.
 */
export const ATTEMPT_TRANSITIONS = {
  running: ['completed', 'failed', 'timeout', 'cancelled', 'lost'],
  completed: [],
  failed: [],
  timeout: [],
  cancelled: [],
  lost: [],
} as const;

export type AttemptStatus = keyof typeof ATTEMPT_TRANSITIONS;

export type AttemptEnd = (typeof ATTEMPT_TRANSITIONS)['running'][number];

export const ATTEMPT_STATUSES = Object.keys(ATTEMPT_TRANSITIONS) as [
  AttemptStatus,
  ...AttemptStatus[],
];
