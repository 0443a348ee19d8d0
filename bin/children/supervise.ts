import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Problem } from '#bin/problem.ts';
import { complain } from '#bin/screen.ts';
import type { Log } from './log-file.ts';

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 30_000;
/** A child that has lived so long is healthy: the next time it dies it comes back quickly again. */
const HEALTHY_MS = 60_000;

interface Program {
  readonly name: 'web' | 'worker';
  readonly log: Log;
  readonly spawn: () => ChildProcess;
}

export interface Supervised {
  readonly pid: number | undefined;
  /** Rejects when it dies before `letLive()`: then starting has failed. */
  readonly diedYoung: Promise<never>;
  /** From now on a death is answered with a new start. */
  readonly letLive: () => void;
  /** SIGTERM, SIGKILL to its whole group after `graceMs`; resolves when it is gone. */
  readonly stop: (graceMs: number) => Promise<void>;
}

/** Runs a program, and runs it again when it dies: after 1 s, doubling to 30 s, and says so. */
export function supervise({ name, log, spawn }: Program): Supervised {
  const young = Promise.withResolvers<never>();
  young.promise.catch(() => undefined); // nobody waits for it any more once all is up
  let child = start();
  let isYoung = true;
  let isStopping = false;
  let backoffMs = BACKOFF_FIRST_MS;
  let timer: NodeJS.Timeout | undefined;

  function start(): ChildProcess {
    const startedAt = Date.now();
    const started = spawn();
    log.attach(started);
    started.once('error', (error) => complain(`${name} cannot be started: ${error.message}`));
    started.once('close', (code, signal) => onDeath(signal ?? `exit code ${code}`, startedAt));
    return started;
  }

  function onDeath(how: string, startedAt: number): void {
    if (isStopping) return;
    if (isYoung) return young.reject(failedToStart(name, how, log));
    if (Date.now() - startedAt > HEALTHY_MS) backoffMs = BACKOFF_FIRST_MS;
    complain(
      `${name} ended (${how}); starting it again in ${backoffMs / 1_000} s. Its log: ${log.file}`,
    );
    timer = setTimeout(() => {
      child = start();
    }, backoffMs);
    backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS);
  }

  return {
    get pid() {
      return child.pid;
    },
    diedYoung: young.promise,
    letLive: () => {
      isYoung = false;
    },
    stop: async (graceMs) => {
      isStopping = true;
      clearTimeout(timer);
      await stopGroup(child, graceMs);
    },
  };
}

function failedToStart(name: Program['name'], how: string, log: Log): Problem {
  const words = log.lastWords().replace(/\.$/, '');
  return new Problem(
    `The ${name} did not start (${how})${words && `: ${words}`}. Its log: ${log.file}`,
    `${name}-start`,
  );
}

/** Asks a process that leads its group to end, and ends the group when it does not; at once for 0. */
export async function stopGroup(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const closed = once(child, 'exit');
  if (graceMs > 0) child.kill('SIGTERM');
  const timer = setTimeout(() => killGroup(child.pid), graceMs);
  await closed;
  clearTimeout(timer);
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // gone in the meantime
  }
}
