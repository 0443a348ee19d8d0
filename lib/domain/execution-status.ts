/**
 * The life of an execution (contract §4):
 *
 *     requested ──► scheduling ──► scheduled ──► running ──► completed | failed | timeout | abandoned
 *         │             │  ▲         │  ▲         │  │
 *         │             │  └─────────┤  └─────────┘  └──► canceling ──► cancelled | any other end
 *         └─────────────┴────────────┤  another try
 *                                    ▼
 *                       cancelled | failed | timeout
 *
 * `requested` waits for a worker, `scheduling` for its turn below a concurrency limit or among the runs under which a
 * worker died, `scheduled` for the time of its next try. Each of them may go straight to `running`.
 * `canceling` may still end as `completed`: a process can finish before the signal reaches it.
 * `abandoned` means that its worker went away; the action may or may not have done its work.
 * The same table stands in the database (`execution_transition`), which refuses any other move.
 */
export const EXECUTION_TRANSITIONS = {
  requested: ['scheduling', 'scheduled', 'running', 'cancelled', 'failed', 'timeout'],
  scheduling: ['scheduled', 'running', 'cancelled', 'failed', 'timeout'],
  scheduled: ['scheduling', 'running', 'cancelled', 'failed', 'timeout', 'abandoned'],
  running: ['scheduled', 'canceling', 'completed', 'failed', 'timeout', 'abandoned'],
  canceling: ['cancelled', 'completed', 'failed', 'timeout', 'abandoned'],
  completed: [],
  failed: [],
  timeout: [],
  cancelled: [],
  abandoned: [],
} as const;

export type ExecutionStatus = keyof typeof EXECUTION_TRANSITIONS;

/** A move that the table above allows; any other does not compile. */
export type ExecutionTransition = {
  [From in ExecutionStatus]: {
    readonly from: From;
    readonly to: (typeof EXECUTION_TRANSITIONS)[From][number];
  };
}[ExecutionStatus];

export const EXECUTION_STATUSES = Object.keys(EXECUTION_TRANSITIONS) as [
  ExecutionStatus,
  ...ExecutionStatus[],
];

export type FinalStatus = 'completed' | 'failed' | 'timeout' | 'cancelled' | 'abandoned';

/** Whether nothing moves any more. */
export const isFinal = (status: ExecutionStatus): status is FinalStatus =>
  EXECUTION_TRANSITIONS[status].length === 0;

/** Whether a cancel would still change something. */
export const canCancel = (status: ExecutionStatus): boolean =>
  !isFinal(status) && status !== 'canceling';
