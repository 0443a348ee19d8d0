import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { spawnNode } from '#bin/children/spawn-node.ts';
import { inRoot } from '#bin/paths.ts';
import { config } from '#server/config.ts';
import { loadPack } from '#server/packs/service.ts';

/** Small, so that a fault is noticed within seconds; one test waits for the real ones. */
const SMALL = {
  LEASE_SECONDS: '2',
  LEASE_GRACE_SECONDS: '1',
  KILL_GRACE_SECONDS: '1',
  DRAIN_SECONDS: '2',
};
Object.assign(process.env, SMALL);

const START_MS_MAX = 30_000;

/** Loads the actions that are interrupted, into the database of this file. */
export async function loadProbePack(): Promise<void> {
  const { problems } = await loadPack(
    { kind: 'system', name: 'the fault tests' },
    join(import.meta.dirname, 'probe-pack'),
    { force: true, isStandard: false },
  );
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
}

/** A real worker process. */
export interface TestWorker {
  /** As in its row. */
  readonly id: number;
  readonly pid: number;
  /** What it has logged so far, one line each. */
  readonly said: readonly string[];
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

interface WorkerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A module that is loaded before the worker's own. */
  readonly preload?: string;
}

/** Starts a worker and waits until it works. What is left of it is killed at the end of the test. */
export async function startWorker({ env, preload }: WorkerOptions = {}): Promise<TestWorker> {
  const dataDir = config().ATTUNE_DATA_DIR;
  const child = spawnNode({
    args: [...(preload === undefined ? [] : ['--import', preload]), inRoot('worker/main.ts')],
    env: {
      ...SMALL,
      ATTUNE_DATA_DIR: dataDir,
      RUN_SENSORS: 'false',
      WORKER_SLOTS: '16',
      LOG_LEVEL: 'info',
      ...env,
    },
    secrets: {
      DATABASE_URL: config().DATABASE_URL,
      ATTUNE_SESSION_SECRET: config().ATTUNE_SESSION_SECRET,
      ATTUNE_ENCRYPTION_KEY: config().ATTUNE_ENCRYPTION_KEY,
    },
    dataDir,
  });
  const ended = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  onTestFinished(async () => {
    kill('SIGCONT');
    kill('SIGKILL');
    await ended;
  });
  const said: string[] = [];
  const id = await untilReady(child, said);
  return { id, pid: child.pid ?? 0, said, ended, kill };
}

function untilReady({ stdout, stderr }: ChildProcess, said: string[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const fail = (why: string) => reject(new Error(`The worker ${why}:\n${said.join('\n')}`));
  const timer = setTimeout(() => fail('did not start in time'), START_MS_MAX);
  for (const stream of [stdout, stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream })
      .on('line', (line) => {
        said.push(line);
        const [, id] = /"workerId":(\d+).*"msg":"ready"/.exec(line) ?? [];
        if (id !== undefined) resolve(Number(id));
      })
      .on('close', () => fail('ended while it started'));
  }
  return promise.finally(() => clearTimeout(timer));
}
