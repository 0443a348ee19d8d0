import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { log } from '#server/log.ts';
import { COPIES, type PackCopy } from './install-files.ts';
import { remove } from './mend-tree.ts';

/** Whoever is about to use a copy has said so by then: a start, a claim or an installation takes seconds. */
const GRACE_MS = 60 * 60_000;
const DIGEST = /^[0-9a-f]{64}$/;
/** What a death left behind: half of an installation, or half of a removal. */
const HALF = /^\.[0-9a-f]+\.(?<what>new|gone)/;

/**
 * Removes the copies of packs that nothing uses any more. A run and a sensor start from the digest that their pack has
 * at that time, a later try and a run that is asked for again too; so a digest is only needed by its pack and by what
 * has been started from it.
 *
 * Kept in memory is since when each has been unused, so one that is started anew waits for the whole grace again.
 */
export class OldPackCopies {
  #unusedSince = new Map<string, number>();

  /** @returns the copies that were removed */
  async remove(now: Date): Promise<readonly PackCopy[]> {
    const found = findCopies();
    const isUsed = await readUses();
    const unused = found.filter((copy) => !isUsed(copy));
    this.#remember(unused, now);
    const removed: PackCopy[] = [];
    for (const copy of unused) {
      if (!this.#isDue(copy, now) || wasTouched(copy, now)) continue;
      if (await removeCopy(copy)) removed.push(copy);
    }
    await removeHalves(now);
    if (removed.length > 0) log.info({ removed }, 'old copies of packs were removed');
    return removed;
  }

  #remember(unused: readonly PackCopy[], now: Date): void {
    this.#unusedSince = new Map(
      unused.map(keyOf).map((key) => [key, this.#unusedSince.get(key) ?? now.getTime()]),
    );
  }

  #isDue(copy: PackCopy, now: Date): boolean {
    return now.getTime() - (this.#unusedSince.get(keyOf(copy)) ?? Infinity) >= GRACE_MS;
  }
}

const keyOf = ({ packRef, digest }: PackCopy): string => `${packRef}/${digest}`;

/** `<data>/<kind>/<ref>` of every pack that has or had copies. */
const places = (): { readonly packRef: string; readonly directory: string }[] =>
  COPIES.flatMap((kind) => {
    const parent = join(config().ATTUNE_DATA_DIR, kind);
    return namesIn(parent).map((packRef) => ({ packRef, directory: join(parent, packRef) }));
  });

function findCopies(): PackCopy[] {
  const copies = places().flatMap(({ packRef, directory }) =>
    namesIn(directory)
      .filter((name) => DIGEST.test(name))
      .map((digest) => ({ packRef, digest })),
  );
  return [...new Map(copies.map((copy) => [keyOf(copy), copy])).values()];
}

/**
 * By the packs themselves, by attempts and by sensors. What an attempt runs from is known once its snapshot is written;
 * until then it may be any copy of its pack.
 */
async function readUses(): Promise<(copy: PackCopy) => boolean> {
  const rows = await sql.query<{ pack_ref: string; digest: string | null }>(
    `select ref as pack_ref, digest from pack where digest is not null
     union
     select e.pack_ref, s.pack_digest from attempt a join execution e on e.id = a.execution_id
       left join environment_snapshot s on s.attempt_id = a.id
     where a.status = 'running'
     union
     select s.pack_ref, substring(p.cwd from '[0-9a-f]{64}$') from sensor_process p join sensor s on s.id = p.sensor_id
     where p.status in ('starting', 'running', 'backoff')`,
  );
  const used = new Set(
    rows.map(({ pack_ref: ref, digest }) => (digest === null ? ref : `${ref}/${digest}`)),
  );
  return (copy) => used.has(copy.packRef) || used.has(keyOf(copy));
}

/** Whether somebody has begun to install it again, and has not written its pack yet. */
const wasTouched = (copy: PackCopy, now: Date): boolean =>
  pathsOf(copy).some((path) => now.getTime() - (find(path)?.mtimeMs ?? 0) < GRACE_MS);

const pathsOf = ({ packRef, digest }: PackCopy): string[] =>
  COPIES.map((kind) => join(config().ATTUNE_DATA_DIR, kind, packRef, digest));

/** Renamed first, so that nobody ever finds half of it. @returns whether there was anything that we may remove */
async function removeCopy(copy: PackCopy): Promise<boolean> {
  let isRemoved = false;
  for (const path of pathsOf(copy)) {
    const gone = join(path, '..', `.${randomBytes(6).toString('hex')}.gone`);
    if (!rename(path, gone)) continue;
    await remove(gone);
    isRemoved = true;
  }
  return isRemoved;
}

/** @returns false when another worker was faster, or when it belongs to somebody else */
function rename(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (isRefused(error)) log.debug({ err: error }, 'an old copy of a pack is not ours to remove');
    else if (codeOf(error) !== 'ENOENT') throw error;
    return false;
  }
}

async function removeHalves(now: Date): Promise<void> {
  for (const { directory } of places())
    for (const name of namesIn(directory)) {
      const what = HALF.exec(name)?.groups?.['what'];
      const path = join(directory, name);
      const isOld = now.getTime() - (find(path)?.mtimeMs ?? Infinity) >= GRACE_MS;
      if (what === 'gone' || (what === 'new' && isOld)) await remove(path);
    }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
const isRefused = (error: unknown): boolean => ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error));

/** A link is not followed. */
const find = (path: string) => lstatSync(path, { throwIfNoEntry: false });

/** Empty for what is not there, or closed to us. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isRefused(error) || ['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
    throw error;
  }
}
