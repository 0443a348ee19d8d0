import { setTimeout as delay } from 'node:timers/promises';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isProjectOpen, NOBODY, placeNode } from './conformance/ordinary-user.ts';
import { ownWays, type Way, WAYS } from './conformance/ways.ts';
import { processesWith } from './conformance/workspace.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';

const SCRIPT = fileURLToPath(new URL('./conformance/as-worker.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
/** Leader, loop, child, and two behind `setsid`, for each of three runs, at the least. */
const PROCESSES_MIN = 9;

let directory: string;
let node: string;
const workers: ChildProcess[] = [];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'attune-death-'));
  chmodSync(directory, 0o711);
  if (isRoot) chownSync(directory, NOBODY, NOBODY);
  node = placeNode(directory);
});
afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill('SIGKILL');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const users = [{ user: 'the current user', become: [] as string[], ways: ownWays() }];
if (isRoot && isProjectOpen()) {
  const id = String(NOBODY);
  users.push({
    user: 'an ordinary user',
    become: ['setpriv', '--reuid', id, '--regid', id, '--clear-groups'],
    ways: WAYS.user,
  });
}

describe.each(users)('as $user', ({ become, ways }) => {
  test.each(ways)(
    '%s: when the worker is killed, nothing that it started survives',
    async (way) => {
      const worker = await startWorker(become, way);
      process.kill(worker.pid, 'SIGKILL');
      await expect.poll(() => processesWith(worker.token), { timeout: 5_000 }).toEqual([]);
      await expect.poll(() => isAlive(worker.hostPid), { timeout: 5_000 }).toBe(false);
    },
  );

  test.each(ways)(
    '%s: when the outermost process of the host is killed, nothing survives and the worker is told',
    async (way) => {
      const worker = await startWorker(become, way);
      process.kill(worker.hostPid, 'SIGKILL');
      await expect.poll(() => processesWith(worker.token), { timeout: 5_000 }).toEqual([]);
      await expect.poll(() => worker.said.join(), { timeout: 5_000 }).toMatch(/outcomes/);
      expect(worker.said.join()).toMatch(/ended unexpectedly/);
    },
  );

  test.each(ways.filter((way) => way !== 'none'))(
    '%s: when the host itself is killed, nothing survives and every run is settled',
    async (way) => {
      const worker = await startWorker(become, way);
      process.kill(hostProcessOf(worker.hostPid), 'SIGKILL');
      await expect.poll(() => processesWith(worker.token), { timeout: 5_000 }).toEqual([]);
      await expect
        .poll(() => worker.said.join(), { timeout: 5_000 })
        .toMatch(/"stopped".*"stopped".*"stopped"/);
    },
  );

  test.each(ways)(
    '%s: when worker and host are killed, nothing survives, the watchdog included',
    async (way) => {
      const worker = await startWorker(become, way);
      const [watchdog] = watchdogsOf(worker.data);
      process.kill(worker.pid, 'SIGSTOP'); // it shall not see its host die
      process.kill(worker.hostPid, 'SIGKILL');
      process.kill(worker.pid, 'SIGKILL');
      await expect.poll(() => processesWith(worker.token), { timeout: 5_000 }).toEqual([]);
      expect(watchdog === undefined).toBe(way !== 'none');
      await expect.poll(() => watchdogsOf(worker.data), { timeout: 5_000 }).toEqual([]);
    },
  );

  test('in every way a host that hangs is ended within 20 s, nothing survives, and the worker is told', async () => {
    const started: Awaited<ReturnType<typeof startWorker>>[] = [];
    for (const way of ways) started.push(await startWorker(become, way));
    for (const { hostPid } of started) process.kill(hostProcessOf(hostPid), 'SIGSTOP');
    const left = () => started.flatMap(({ token }) => processesWith(token));
    await expect.poll(left, { timeout: 20_000 }).toEqual([]);
    for (const { said } of started)
      await expect.poll(() => said.join(), { timeout: 5_000 }).toMatch(/ended unexpectedly/);
  });

  test('none: a host that hangs when its worker is killed is ended by the watchdog', async () => {
    const worker = await startWorker(become, 'none');
    process.kill(worker.hostPid, 'SIGSTOP');
    process.kill(worker.pid, 'SIGKILL');
    await expect.poll(() => processesWith(worker.token), { timeout: 5_000 }).toEqual([]);
    await expect.poll(() => isAlive(worker.hostPid), { timeout: 5_000 }).toBe(false);
  });

  test('none: a watchdog that is killed is started again, and watches what runs already', async () => {
    const worker = await startWorker(become, 'none');
    const [first = 0] = watchdogsOf(worker.data);
    process.kill(first, 'SIGKILL');
    await expect.poll(() => watchdogsOf(worker.data), { timeout: 5_000 }).toHaveLength(1);
    await expect.poll(() => watchdogsOf(worker.data)[0], { timeout: 5_000 }).not.toBe(first);
    // The worker tells it what runs right after it has started it, which cannot be seen from outside.
    await delay(1_000);
    process.kill(worker.pid, 'SIGSTOP');
    process.kill(worker.hostPid, 'SIGKILL');
    await expect.poll(() => processesWith(worker.token), { timeout: 5_000 }).toEqual([worker.pid]); // which has the token in its arguments
  });

  test('none: when all three are killed, the next start ends what they left and removes it', async () => {
    const worker = await startWorker(become, 'none');
    process.kill(worker.pid, 'SIGSTOP'); // it would start its watchdog again
    for (const pid of [...watchdogsOf(worker.data), worker.hostPid, worker.pid])
      process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(worker.pid), { timeout: 5_000 }).toBe(false);
    const left = processesWith(worker.token).length;
    expect(left).toBeGreaterThanOrEqual(PROCESSES_MIN);

    const swept = await sweepLeftovers(worker.data);

    expect(processesWith(worker.token)).toEqual([]);
    expect(swept.processes).toBeGreaterThanOrEqual(left);
    expect(swept.directories).toBe(2);
    for (const parent of ['runs', 'worker'])
      expect(readdirSync(join(worker.data, parent))).toEqual([]);
  });
});

test('the next start leaves a living worker and its runs alone, and counts nothing', async () => {
  const worker = await startWorker([], 'none');

  expect(await sweepLeftovers(worker.data)).toEqual({ directories: 0, processes: 0 });

  expect(processesWith(worker.token).length).toBeGreaterThanOrEqual(PROCESSES_MIN);
  for (const parent of ['runs', 'worker'])
    expect(readdirSync(join(worker.data, parent))).toHaveLength(1);
});

const watchdogsOf = (data: string): number[] =>
  processesWith('watchdog.mjs').filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data),
  );

async function startWorker(become: readonly string[], way: Way) {
  const token = `86420.${Math.floor(Math.random() * 1e9)}`;
  const [file, ...args] = [...become, node, SCRIPT, way, directory, token] as const;
  const child = spawn(file, args, {
    env: { PATH: '/usr/bin:/bin', NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  workers.push(child);
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  await expect.poll(() => said[0] ?? '', { timeout: 15_000 }).toMatch(/up/);
  await expect.poll(() => processesWith(token).length).toBeGreaterThanOrEqual(PROCESSES_MIN);
  const { host, data } = JSON.parse(said[0] ?? '{}') as { host: number; data: string };
  return { pid: child.pid ?? 0, hostPid: host, data, token, said };
}

function hostProcessOf(outermost: number): number {
  const host = processesWith('process-host.mjs').find((pid) => isDeepest(pid, outermost));
  if (host === undefined) throw new Error('the host is not there');
  return host;
}

/** The Node process below the wrappers: its own command line begins with Node, and it descends from them. */
function isDeepest(pid: number, hostPid: number): boolean {
  const [command] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  if (command?.endsWith('/node') !== true) return false;
  for (let at = pid; at > 1; at = parentOf(at)) if (at === hostPid) return true;
  return false;
}

const parentOf = (pid: number): number =>
  Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
