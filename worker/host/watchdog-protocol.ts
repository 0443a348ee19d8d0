/** What a watchdog knows from its first moment: the JSON document in its arguments. */
export interface WatchdogConfiguration {
  readonly workerPid: number;
  readonly hostPid: number;
  readonly hostStartTicks: string;
  /** Of the host; who has a pipe in it open is a process of ours. */
  readonly directory: string;
}

/** What the worker tells its watchdog: JSON lines on its stdin. The end of the pipe is the end of the worker. */
export type ToWatchdog =
  /** @param pid leader of a process group @param marker its run directory */
  | {
      readonly op: 'watch';
      readonly id: number;
      readonly pid: number;
      readonly marker: string | null;
    }
  | { readonly op: 'unwatch'; readonly id: number }
  /** The host is gone. */
  | { readonly op: 'sweep' }
  | { readonly op: 'leave' };
