import {
  accessSync,
  appendFileSync,
  constants,
  copyFileSync,
  cpSync,
  mkdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename } from 'node:path';

/** What programs need to resolve names, trust certificates and know the time; nothing with a secret. */
const NAMES = [
  'ld.so.cache',
  'ssl',
  'ca-certificates',
  'pki',
  'alternatives',
  'nsswitch.conf',
  'hosts',
  'resolv.conf',
  'localtime',
  'services',
  'mime.types',
];
/** Keys, closed to others on the machine and none of an action's business. */
const CLOSED = new Set(['private']);
const LOOK_AGAIN_MS = 10_000;

/**
 * The /etc of every sandbox: one directory of copies instead of a mount for each file, which
 * would cost a tenth of a millisecond each at every start. It is live in running sandboxes.
 */
export class SandboxEtc {
  readonly path: string;
  #seen = new Map<string, number>();
  #lookedAt = 0;
  #accounts = new Set<number>([0]);

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true, mode: 0o755 });
    writeFileSync(`${path}/passwd`, 'root:x:0:0:root:/:/usr/sbin/nologin\n', { mode: 0o644 });
    writeFileSync(`${path}/group`, 'root:x:0:\n', { mode: 0o644 });
  }

  /** Makes the directory fit for a process of this user; the machine may have changed since. */
  prepareFor(userId: number): void {
    this.#addAccount(userId);
    if (Date.now() - this.#lookedAt < LOOK_AGAIN_MS) return;
    this.#lookedAt = Date.now();
    for (const name of NAMES) this.#copyIfChanged(name);
  }

  /** For those who look their own user up; who else has an account here stays unknown inside. */
  #addAccount(userId: number): void {
    if (this.#accounts.has(userId)) return;
    this.#accounts.add(userId);
    const line = `attune-${userId}:x:${userId}:`;
    appendFileSync(`${this.path}/passwd`, `${line}${userId}:attune:/tmp:/bin/sh\n`);
    appendFileSync(`${this.path}/group`, `${line}\n`);
  }

  #copyIfChanged(name: string): void {
    const source = `/etc/${name}`;
    const target = `${this.path}/${name}`;
    const stat = statSync(source, { throwIfNoEntry: false });
    if (stat === undefined || !isReadable(source) || this.#seen.get(name) === stat.mtimeMs) return;
    this.#seen.set(name, stat.mtimeMs);
    if (stat.isDirectory()) {
      const filter = (path: string) => !CLOSED.has(basename(path)) && isReadable(path);
      return cpSync(source, target, { recursive: true, verbatimSymlinks: true, filter });
    }
    copyFileSync(source, `${target}.new`);
    renameSync(`${target}.new`, target); // a reader sees the old or the new file, never half of one
  }
}

/** What we may not read, an action may not either; a link to nowhere is no loss. */
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
