import { readdirSync, readFileSync } from 'node:fs';

/** Every process of this machine with its arguments, which NUL separates. */
export function processes(): { pid: number; text: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [{ pid: Number(name), text: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
      } catch {
        return []; // gone in the meantime
      }
    });
}

/** What a process has started, and what that has; memory in MB. */
export function descendants(root: number): { pid: number; name: string; rss: number }[] {
  const all = processes().flatMap(({ pid, text }) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1] ?? '';
      return [
        {
          pid,
          parent: Number(field('PPid')),
          name: text.replaceAll('\0', ' ').trim().slice(-40) || field('Name'),
          rss: Math.round(Number.parseInt(field('VmRSS') || '0', 10) / 1024),
        },
      ];
    } catch {
      return [];
    }
  });
  const found = all.filter(({ parent }) => parent === root);
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
}
