import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CORE_PERMISSION_SETS } from '#lib/domain/core-permission-sets.ts';
import { hashPassword } from '#server/auth/password.ts';
import { inTransaction, sql, type Tx } from '#server/db/sql.ts';
import { buildCorePack } from '#server/packs/build-core.ts';
import { loadPack } from '#server/packs/service.ts';
import { createQueues } from '#server/queue/queue.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';

export interface Bootstrapped {
  /** Of the admin that was just made; null when there was one. Shown once, stored nowhere. */
  readonly adminPassword: string | null;
}

interface Options {
  /** Where the packs that come with the platform are. */
  readonly packsDirectory: string;
  /** For the first admin; null = a random one. */
  readonly password: string | null;
  readonly say: (text: string) => void;
}

const ADMIN = 'admin';
const SYSTEM = { kind: 'system', name: 'attune start' } as const;

/** Fills a migrated database with what the platform needs to be of use: queues, core pack, first admin. Safe to repeat. */
export async function bootstrap({ packsDirectory, password, say }: Options): Promise<Bootstrapped> {
  await createQueues();
  await loadCorePack(join(packsDirectory, 'core'), say);
  await makeDefaultPack();
  const made = password ?? randomBytes(15).toString('base64url');
  const hash = await hashPassword(made);
  const isNew = await inTransaction((tx) => makeAdmin(tx, hash));
  return { adminPassword: isNew ? made : null };
}

async function loadCorePack(source: string, say: (text: string) => void): Promise<void> {
  const built = await mkdtemp(join(tmpdir(), 'attune-core-'));
  try {
    await buildCorePack(source, join(built, 'core'));
    const { problems } = await loadPack(SYSTEM, join(built, 'core'), {
      force: true,
      isStandard: true,
    });
    for (const { file, line, reason } of problems)
      say(`core pack: ${file}${line === null ? '' : `:${line}`}: ${reason}`);
  } finally {
    await rm(built, { recursive: true, force: true });
  }
}

/** Where rules go that people make and that belong to no other pack. */
const makeDefaultPack = (): Promise<unknown[]> =>
  sql.query(
    `insert into pack (ref, label, version, description)
     values ('default', 'Default', '1.0.0', 'Rules that were made here and belong to no other pack.')
     on conflict (ref) do nothing`,
  );

async function makeAdmin(tx: Tx, passwordHash: string): Promise<boolean> {
  for (const { ref, label, description, grants } of CORE_PERMISSION_SETS) {
    await tx.query(
      `insert into permission_set (ref, pack_ref, label, description, grants) values ($1, 'core', $2, $3, $4::jsonb)
       on conflict (ref) do update set grants = excluded.grants, updated = now()`,
      [ref, label ?? null, description ?? null, JSON.stringify(grants)],
    );
  }
  const [admin] = await tx.query<{ id: number }>(
    `insert into identity (login, display_name, password_hash) select $1, 'Administrator', $2
     where not exists (select 1 from identity) returning id`,
    [ADMIN, passwordHash],
  );
  if (admin === undefined) return false;
  await tx.query(
    `insert into permission_assignment (identity_id, permission_set_id) select $1, id from permission_set where ref = 'core.admin'`,
    [admin.id],
  );
  return true;
}
