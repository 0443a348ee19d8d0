/**
 * What the cancel of an execution does to its children. Those that wait are cancelled with it, always; those that run
 * may finish (`allow_finish`) or are cancelled too (`cancel_running`).
 */
export const CANCELLATION_POLICIES = ['allow_finish', 'cancel_running'] as const;

export type CancellationPolicy = (typeof CANCELLATION_POLICIES)[number];
