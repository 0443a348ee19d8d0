import { spawn } from 'node:child_process';
import type { StopReason } from '../process-spec.ts';
import type { FromHost, StartOrder, ToHost } from '../protocol.ts';
import { configure } from './configure.ts';
import { HELPER_ENVIRONMENT } from './programs.ts';
import { Run } from './run.ts';
import type { Setting } from './setting.ts';
import { closeStrayDescriptors } from './stray-descriptors.ts';

/**
 * The process host: starts, signals and buries processes for one worker. It knows commands,
 * environments and limits, and nothing of executions; output never passes through it. Only
 * Node's own modules are imported, so that it stays small and a start stays cheap.
 */
const STARTS_AT_ONCE_MAX = 8;

const runs = new Map<number, Run>();
const waiting: Run[] = [];
let starting = 0;
let setting: Setting | null = null;
/** The last message has left; messages leave in order. */
let sent: Promise<void> = Promise.resolve();

closeStrayDescriptors();
// The terminal's Ctrl-C and a service manager's TERM are the worker's to judge; it tells us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => void leave('shutdown', true));
process.on('message', (message: ToHost) => void receive(message));

function say(message: FromHost): void {
  if (!process.connected) return;
  sent = new Promise((resolve) => process.send?.(message, undefined, {}, () => resolve()));
}

async function receive(message: ToHost): Promise<void> {
  switch (message.op) {
    case 'configure': {
      const found = await configure(message, say);
      setting = found.setting;
      return say({ op: 'ready', isolation: found.isolation, probes: found.probes });
    }
    case 'fifos':
      return makeFifos(message.paths);
    case 'start':
      return enqueue(message);
    case 'stop':
      return runs.get(message.id)?.stop(message.reason, message.graceMs ?? undefined);
    case 'beat':
      return say({ op: 'alive' });
    case 'shutdown':
      return leave('shutdown', false);
  }
}

function enqueue(order: StartOrder): void {
  if (setting === null) return;
  const run = new Run(order, setting, () => leadersExcept(order.id));
  runs.set(order.id, run);
  void run.ended.then(() => runs.delete(order.id));
  waiting.push(run);
  startNext();
}

/** More starts at once would only make each of them slower, and us deaf to a kill meanwhile. */
function startNext(): void {
  if (starting >= STARTS_AT_ONCE_MAX) return;
  const run = waiting.shift();
  if (run === undefined) return;
  starting += 1;
  run.start();
  void releaseWhenSettled(run);
  setImmediate(startNext);
}

async function releaseWhenSettled(run: Run): Promise<void> {
  await run.settled;
  starting -= 1;
  setImmediate(startNext);
}

const leadersExcept = (id: number): number[] =>
  [...runs].flatMap(([other, { leaderPid }]) =>
    other === id || leaderPid === null ? [] : [leaderPid],
  );

/** 0622 in a directory of 0700: a process with a user id of its own may open /dev/stdout by name. */
function makeFifos(paths: readonly string[]): void {
  const child = spawn('mkfifo', ['-m', '622', ...paths], {
    env: HELPER_ENVIRONMENT,
    stdio: 'ignore',
  });
  child.once('error', (error) => say({ op: 'fifosMade', error: error.message }));
  child.once('close', (code) =>
    say({ op: 'fifosMade', error: code === 0 ? null : `mkfifo ended with ${code}` }),
  );
}

/** Stops every run, waits for each to be gone, and ends; at once when there is nobody left to tell. */
async function leave(reason: StopReason, atOnce: boolean): Promise<void> {
  const all = [...runs.values()];
  for (const run of all) {
    run.stop(reason, atOnce ? 0 : undefined);
  }
  await Promise.all(all.map(({ ended }) => ended));
  await sent;
  process.exit();
}
