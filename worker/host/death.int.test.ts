import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isProjectOpen, NOBODY, placeNode } from './conformance/ordinary-user.ts';
import { processesWith } from './conformance/workspace.ts';

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

const users = [{ user: 'the current user', become: [] as string[] }];
if (isRoot && isProjectOpen()) {
  const id = String(NOBODY);
  users.push({
    user: 'an ordinary user',
    become: ['setpriv', '--reuid', id, '--regid', id, '--clear-groups'],
  });
}

describe.each(users)('as $user', ({ become }) => {
  test.each(['bwrap', 'pid-namespace', 'none'])(
    '%s: when the worker is killed, nothing that it started survives',
    async (kind) => {
      const worker = await startWorker(become, kind);
      process.kill(worker.pid, 'SIGKILL');
      await expect.poll(() => processesWith(worker.token), { timeout: 5_000 }).toEqual([]);
      await expect.poll(() => isAlive(worker.hostPid), { timeout: 5_000 }).toBe(false);
    },
  );

  test.each(['bwrap', 'pid-namespace'])(
    '%s: when the outermost process of the host is killed, nothing survives and the worker is told',
    async (kind) => {
      const worker = await startWorker(become, kind);
      process.kill(worker.hostPid, 'SIGKILL');
      await expect.poll(() => processesWith(worker.token), { timeout: 5_000 }).toEqual([]);
      await expect.poll(() => worker.said.join(), { timeout: 5_000 }).toMatch(/outcomes/);
      expect(worker.said.join()).toMatch(/ended unexpectedly/);
    },
  );

  test.each(['bwrap', 'pid-namespace'])(
    '%s: when the host itself is killed, nothing survives and every run is settled',
    async (kind) => {
      const worker = await startWorker(become, kind);
      const host = processesWith('process-host.mjs').find((pid) => isDeepest(pid, worker.hostPid));
      process.kill(host ?? 0, 'SIGKILL');
      await expect.poll(() => processesWith(worker.token), { timeout: 5_000 }).toEqual([]);
      await expect
        .poll(() => worker.said.join(), { timeout: 5_000 })
        .toMatch(/"stopped".*"stopped".*"stopped"/);
    },
  );
});

async function startWorker(become: readonly string[], kind: string) {
  const token = `86420.${Math.floor(Math.random() * 1e9)}`;
  const [file, ...args] = [...become, node, SCRIPT, kind, directory, token] as const;
  const child = spawn(file, args, {
    env: { PATH: '/usr/bin:/bin', NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  workers.push(child);
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  await expect.poll(() => said[0] ?? '', { timeout: 15_000 }).toMatch(/up/);
  await expect.poll(() => processesWith(token).length).toBeGreaterThanOrEqual(PROCESSES_MIN);
  const { host } = JSON.parse(said[0] ?? '{}') as { host: number };
  return { pid: child.pid ?? 0, hostPid: host, token, said };
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
