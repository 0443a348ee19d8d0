import { createInterface } from 'node:readline';
import { findProcess, sendSignal } from './processes.ts';
import { sweep } from './marked-by-place.ts';
import type { ToWatchdog, WatchdogConfiguration } from '../watchdog-protocol.ts';

/**
 * The watchdog: where no PID namespace takes the processes of a dead host along, it does. It holds a pipe of the
 * worker, looks at the host twice a second, and knows of every run its process group and its directory. When one of
 * the two is gone, it kills what wears a mark of theirs, and leaves.
 */
const LOOK_MS = 500;
/** A host that has lost its worker ends its runs by itself and leaves; one that does not in this time is stuck. */
const HOST_LEAVES_MS_MAX = 1_500;
const SWEEP_MS_MAX = 30_000;

type Watched = Pick<Extract<ToWatchdog, { op: 'watch' }>, 'pid' | 'marker'>;

const { directory, workerPid, hostPid, hostStartTicks } = JSON.parse(
  process.argv[2] ?? '{}',
) as WatchdogConfiguration;
const watched = new Map<number, Watched>();
let isSweeping = false;

// Whoever tells all of us to stop means the worker, which then tells us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const)
  process.on(signal, () => {});
process.stdout.on('error', () => {}); // nobody is left to be told

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => receive(JSON.parse(line) as ToWatchdog));
lines.on('close', () => void clear());
setInterval(() => {
  if (!isHostAlive()) void clear();
}, LOOK_MS);

function receive(message: ToWatchdog): void {
  switch (message.op) {
    case 'watch':
      watched.set(message.id, message);
      return;
    case 'unwatch':
      watched.delete(message.id);
      return;
    case 'sweep':
      return void clear();
    case 'leave':
      process.exit();
  }
}

const isHostAlive = (): boolean => findProcess(hostPid)?.startTicks === hostStartTicks;

async function clear(): Promise<void> {
  if (isSweeping) return;
  isSweeping = true;
  const hostGivesUpAt = Date.now() + HOST_LEAVES_MS_MAX;
  const runs = [...watched.values()];
  const ended = await sweep(
    {
      directories: [directory, ...runs.flatMap(({ marker }) => marker ?? [])],
      groups: new Set(runs.map(({ pid }) => pid)),
      // The worker reads from the pipes in the directory; the host goes by itself.
      spared: new Set([1, process.pid, workerPid, hostPid]),
    },
    {
      giveUpAt: Date.now() + SWEEP_MS_MAX,
      mayStartMore: () => {
        if (!isHostAlive()) return false;
        if (Date.now() > hostGivesUpAt) sendSignal(hostPid, 'SIGKILL');
        return true;
      },
    },
  );
  if (ended === 0) process.exit();
  process.stdout.write(`${ended} processes\n`, () => process.exit());
}
