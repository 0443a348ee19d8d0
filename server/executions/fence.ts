/**
 * One attempt in one worker's hands. Every write of a worker names all three; one that matches no row says that the
 * attempt is not the worker's any more, and nothing was written.
 */
export interface AttemptFence {
  readonly id: number;
  readonly worker_id: number;
  readonly epoch: number;
}
