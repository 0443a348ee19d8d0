import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { findProgram, HELPER_ENVIRONMENT } from '../programs.ts';
import { STATUS_FD } from '../sandbox.ts';
import { clearLeftCgroups, findCgroupBase } from './cgroup.ts';
import { readHardLimits } from './rlimits.ts';
import type { LimitMeans } from './run-limits.ts';
import { Sampler } from './sampler.ts';
import { UserThreads } from './user-threads.ts';

/** What a sandbox would run, given what goes in front of a command and the command. */
type SandboxTrial = (limited: readonly string[], command: readonly string[]) => string[];

const TRIAL_MS_MAX = 10_000;
const TRIAL_PROCESSES = 12;

/** @param inSandbox for sandboxes that share the user id of others; null where there are none */
export async function findLimitMeans(inSandbox: SandboxTrial | null): Promise<LimitMeans> {
  const prlimit = findProgram('prlimit');
  const [cgroup, countsPerSandbox] = await Promise.all([
    process.platform === 'linux' ? findCgroupBase() : null,
    prlimit === null || inSandbox === null ? false : isCountedApart(prlimit, inSandbox),
  ]);
  if (cgroup !== null) clearLeftCgroups(cgroup);
  const sampler = new Sampler();
  const userThreads = new UserThreads();
  return { prlimit, hard: readHardLimits(), cgroup, countsPerSandbox, userThreads, sampler };
}

/**
 * Whether a limit of processes inside a sandbox counts those of the sandbox: it must let some start, however many the
 * user has elsewhere, and refuse more. The kernel does so since user namespaces have counts of their own (5.14).
 */
async function isCountedApart(prlimit: string, inSandbox: SandboxTrial): Promise<boolean> {
  const perl = findProgram('perl');
  if (perl === null) return false;
  const most = 2 * TRIAL_PROCESSES;
  const script = `for(1..${most}){$p=fork;last if!defined$p;if(!$p){sleep 9;exit}push@p,$p}print@p+0;kill KILL=>@p;1until wait<0`;
  const elsewhere = Array.from({ length: TRIAL_PROCESSES }, () =>
    spawn('sleep', ['10'], { env: HELPER_ENVIRONMENT, stdio: 'ignore' }),
  );
  try {
    const started = await output(
      inSandbox([prlimit, `--nproc=${TRIAL_PROCESSES}`, '--'], [perl, '-e', script]),
    );
    return started > 0 && started < TRIAL_PROCESSES;
  } finally {
    for (const child of elsewhere) child.kill('SIGKILL');
  }
}

async function output([file = '', ...args]: readonly string[]): Promise<number> {
  const child = spawn(file, args, {
    env: HELPER_ENVIRONMENT,
    cwd: '/',
    detached: true,
    // bubblewrap must find the descriptor of its status, or it leaves half a sandbox behind.
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    timeout: TRIAL_MS_MAX,
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  (child.stdio[STATUS_FD] as Readable).resume();
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once('error', () => resolve(0));
  child.once('close', () => resolve(Number(said)));
  return promise;
}
