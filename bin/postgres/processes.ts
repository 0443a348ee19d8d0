import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** True for a Postgres process (postmaster or backend) that works in this cluster, and for nothing else. */
export function isPostgresOf(pid: number, cluster: string): boolean {
  if (!existsSync('/proc/self')) return isPostgresByName(pid);
  try {
    const exe = readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
    return exe.endsWith('/postgres') && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
  } catch {
    return false; // gone, or somebody else's
  }
}

/** Every Postgres process of the cluster, backends that outlived their postmaster included. */
export function postgresPidsOf(cluster: string): number[] {
  if (!existsSync('/proc/self')) return [];
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => isPostgresOf(pid, cluster));
}

/** The process that `postmaster.pid` names, if it really is the server of this cluster. */
export function findPostmaster(cluster: string): number | null {
  const file = `${cluster}/postmaster.pid`;
  if (!existsSync(file)) return null;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return Number.isInteger(pid) && isPostgresOf(pid, cluster) ? pid : null;
}

/** Systems without /proc: the name of the process has to do. */
function isPostgresByName(pid: number): boolean {
  try {
    const name = execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' });
    return name.trim().endsWith('postgres');
  } catch {
    return false;
  }
}
