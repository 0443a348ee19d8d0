import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SECRET_NAMES } from '#bin/secrets.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** Who else could read our secrets: open files, and processes of this user that carry them in their environment. */
export function checkSecrets(dataDir: string): Finding[] {
  const exposing = ancestorsThatExpose();
  const found = exposing.map(({ pid, names }) =>
    warning(
      'Secrets',
      `process ${pid}, from which this one was started, has ${names.join(', ')} in its environment, where every process of this user can read it; put it into .env or ATTUNE_CONFIG_FILE instead`,
    ),
  );
  return [
    ...found,
    ...checkFiles(dataDir),
    ...(found.length === 0 ? [ok('Secrets', 'in no environment above this process')] : []),
  ];
}

function checkFiles(dataDir: string): Finding[] {
  const dir = join(dataDir, 'secrets');
  if (!existsSync(dir)) return [];
  const mode = statSync(dir).mode & 0o077;
  return mode === 0
    ? []
    : [problem('Secrets', `${dir} is open to others; close it with 'chmod 700 ${dir}'`)];
}

/** What a process was started with stays readable in /proc, whatever it deletes later. */
export function ancestorsThatExpose(pid = process.pid): { pid: number; names: string[] }[] {
  const found: { pid: number; names: string[] }[] = [];
  for (let next = parentOf(pid); next > 0; next = parentOf(next)) {
    const names = environmentOf(next);
    const exposed = SECRET_NAMES.filter((name) => names.includes(name));
    if (exposed.length > 0) found.push({ pid: next, names: exposed });
  }
  return found;
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Names only. Another user's process refuses, and need not be feared. */
function environmentOf(pid: number): string[] {
  try {
    const environ = readFileSync(`/proc/${pid}/environ`, 'utf8');
    return environ.split('\0').flatMap((entry) => {
      const [name = '', ...value] = entry.split('=');
      return value.join('=') === '' ? [] : [name];
    });
  } catch {
    return [];
  }
}
