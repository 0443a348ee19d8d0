import type { SentSignal } from '../process-spec.ts';
import { descendantsOf, listProcesses, sendSignal } from './processes.ts';
import { findMarked, type Remains } from './remains.ts';

/**
 * Sends a signal to everything that a run has started: its process group at once, then one by
 * one who has left the group. Inside a sandbox every process descends from the first one; without
 * a namespace of its own a daemon has no parent left, and is found by its marks.
 */
export function signalRun(remains: Remains, signal: SentSignal): void {
  const group = remains.leader?.pid;
  if (group === undefined) return;
  // The first process takes the whole sandbox along, also before it has a group of its own.
  if (remains.kind === 'sandbox' && signal === 'SIGKILL') return void sendSignal(group, signal);
  sendSignal(-group, signal);
  const processes = listProcesses();
  const inGroup = new Set(
    processes.filter(({ groupId }) => groupId === group).map(({ pid }) => pid),
  );
  const family = descendantsOf([group], processes).map(({ pid }) => pid);
  const marked = remains.kind === 'sandbox' ? [] : findMarked(remains, processes);
  for (const pid of new Set([...family, ...marked])) {
    if (!inGroup.has(pid)) sendSignal(pid, signal);
  }
}
