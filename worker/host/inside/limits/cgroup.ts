import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LimitName, ResourceLimits } from '#lib/domain/resource-limits.ts';
import { HELPER_ENVIRONMENT } from '../programs.ts';

const MB = 1024 * 1024;
const PREFIX = 'attune-run-';
/** Tells our groups from those of other hosts: process ids may be the same in other namespaces. */
const HOST = randomBytes(6).toString('hex');
/** A group without processes that is younger may be about to get its first. */
const LEFT_AFTER_MS = 60_000;

/** A control group (version 2) in which we may make groups, and what those can do. */
export interface CgroupBase {
  readonly path: string;
  /** Held by the kernel for all processes of a group together. */
  readonly holds: ReadonlySet<LimitName>;
}

/**
 * Finds a place where a group can really be made, given a process and taken away: our own group, or one above it, since
 * the kernel gives controllers only to the children of a group without processes of its own.
 */
export async function findCgroupBase(): Promise<CgroupBase | null> {
  for (const place of places()) {
    const base = await tryPlace(place);
    if (base !== null) return base;
  }
  return null;
}

function places(): string[] {
  const mount = /^\S+ (\S+) cgroup2 \S*\brw\b/m.exec(read('/proc/self/mounts') ?? '')?.[1];
  const own = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1];
  if (mount === undefined || own === undefined) return [];
  const found: string[] = [];
  for (let at = own; ; at = dirname(at)) {
    found.push(join(mount, at));
    if (at === '/') return found;
  }
}

async function tryPlace(place: string): Promise<CgroupBase | null> {
  const trial = join(place, `${PREFIX}${HOST}-trial`);
  const child = spawn('sleep', ['10'], { env: HELPER_ENVIRONMENT, stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  try {
    for (const name of ['memory', 'pids']) write(`${place}/cgroup.subtree_control`, `+${name}`);
    mkdirSync(trial);
    if (child.pid === undefined || !write(`${trial}/cgroup.procs`, String(child.pid))) return null;
    const controllers = (read(`${trial}/cgroup.controllers`) ?? '').split(/\s+/);
    const counts = /^usage_usec \d+/m.test(read(`${trial}/cpu.stat`) ?? '');
    const holds = new Set<LimitName>();
    if (controllers.includes('memory') && read(`${trial}/memory.max`) !== null)
      holds.add('memory_mb');
    if (controllers.includes('pids') && read(`${trial}/pids.max`) !== null) holds.add('processes');
    if (counts) holds.add('cpu_seconds');
    return holds.size === 0 ? null : { path: place, holds };
  } catch {
    return null; // no group can be made here
  } finally {
    child.kill('SIGKILL');
    await gone;
    remove(trial);
  }
}

/** The group of one run; disposed when its processes are gone. */
export class RunCgroup {
  readonly #path: string;
  readonly #holds: ReadonlySet<LimitName>;

  /** Null when the group cannot be made any more; then the run is only looked at. */
  static make(base: CgroupBase, id: number, limits: ResourceLimits): RunCgroup | null {
    const path = join(base.path, `${PREFIX}${HOST}-${id}`);
    try {
      mkdirSync(path);
    } catch {
      return null;
    }
    return new RunCgroup(path, base, limits);
  }

  private constructor(path: string, base: CgroupBase, limits: ResourceLimits) {
    this.#path = path;
    this.#holds = base.holds;
    const { memory_mb: memory, processes } = limits;
    if (memory !== undefined && base.holds.has('memory_mb')) {
      write(`${this.#path}/memory.max`, String(memory * MB));
      // Not into swap instead, and all of the run, not one process of it.
      write(`${this.#path}/memory.swap.max`, '0');
      write(`${this.#path}/memory.oom.group`, '1');
    }
    if (processes !== undefined && base.holds.has('processes')) {
      write(`${this.#path}/pids.max`, String(processes));
    }
  }

  /** What the process starts from now on is in the group too; what it has started already is fetched. */
  add(pid: number): void {
    write(`${this.#path}/cgroup.procs`, String(pid));
    const children = read(`/proc/${pid}/task/${pid}/children`) ?? '';
    for (const child of children.split(' ').filter(Boolean)) this.add(Number(child));
  }

  cpuSeconds(): number | null {
    const microseconds = /^usage_usec (\d+)/m.exec(read(`${this.#path}/cpu.stat`) ?? '')?.[1];
    return microseconds === undefined ? null : Number(microseconds) / 1e6;
  }

  /** The limit at which the kernel has refused more or killed; null when there was none. */
  findHit(): LimitName | null {
    const count = (file: string, name: string) =>
      Number(
        new RegExp(`^${name} (\\d+)`, 'm').exec(read(`${this.#path}/${file}`) ?? '')?.[1] ?? 0,
      );
    if (this.#holds.has('memory_mb') && count('memory.events', 'oom_kill') > 0) return 'memory_mb';
    if (this.#holds.has('processes') && count('pids.events', 'max') > 0) return 'processes';
    return null;
  }

  /** Ends whoever is left in it, all at once. */
  [Symbol.dispose](): void {
    write(`${this.#path}/cgroup.kill`, '1');
    remove(this.#path);
  }
}

/** Takes away what a host before us left behind when it was killed; a group with processes stays. */
export function clearLeftCgroups(base: CgroupBase): void {
  try {
    for (const name of readdirSync(base.path)) {
      const path = join(base.path, name);
      const isLeft = name.startsWith(PREFIX) && Date.now() - statSync(path).ctimeMs > LEFT_AFTER_MS;
      if (isLeft) remove(path, 0);
    }
  } catch {
    // nothing to take away
  }
}

/** An ended process stays in its group until it has been waited for. */
const REMOVE_TRIES_MAX = 50;

function remove(path: string, tries = REMOVE_TRIES_MAX): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || tries === 0) return;
    setTimeout(() => remove(path, tries - 1), 20).unref();
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function write(path: string, text: string): boolean {
  try {
    writeFileSync(path, text);
    return true;
  } catch {
    return false; // the kernel, or who owns the group, does not let us
  }
}
