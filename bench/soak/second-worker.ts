import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanEnvironment } from '#bin/children/spawn-node.ts';

/** One more worker on the same database, as `npm run worker` starts it; started again when it ends. */
export interface SecondWorker {
  /** The launcher of it; changes with each start. */
  readonly pid: number;
  stop(): Promise<void>;
}

const RESTART_MS = 1_000;
const STOP_MS_MAX = 70_000;

export function keepSecondWorker(url: string, dataDir: string): SecondWorker {
  let isStopping = false;
  let child = start();

  function start(): ChildProcess {
    const started = spawn(process.execPath, [resolve('bin/cli.ts'), 'worker'], {
      env: {
        ...cleanEnvironment(),
        ATTUNE_DATA_DIR: dataDir,
        ATTUNE_API_URL: url,
        WORKER_SLOTS: '16',
      },
      stdio: 'ignore',
    });
    started.once('exit', () => {
      if (!isStopping) void delay(RESTART_MS).then(restart);
    });
    return started;
  }

  function restart(): void {
    if (!isStopping) child = start();
  }

  return {
    get pid() {
      return child.pid ?? 0;
    },
    stop: async () => {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([ended, delay(STOP_MS_MAX).then(() => child.kill('SIGKILL'))]);
    },
  };
}
