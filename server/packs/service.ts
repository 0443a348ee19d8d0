import type { PageOf, PageQuery, Success } from '#lib/contracts/common.ts';
import type {
  Pack,
  PackCreate,
  PackInstall,
  PackProblem,
  PackRegister,
  PackSummary,
  PackUpdate,
} from '#lib/contracts/packs.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import { AppError, notFound } from '#lib/errors.ts';
import { by } from '#server/audit/by.ts';
import { recordAudit } from '#server/audit/record.ts';
import type { Actor } from '#server/auth/actor.ts';
import { endTokens } from '#server/auth/token-repository.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import type { Tx } from '#server/db/sql.ts';
import { closeVersions } from '#server/rules/versions.ts';
import { changeCatalogue } from './change.ts';
import { fittingConfig } from './check-config.ts';
import { checkSchemas } from './check-schema.ts';
import { given } from './given.ts';
import { asObject, toColumn } from './json.ts';
import { installPack } from './install-pack.ts';
import { presentPack, presentPackSummary } from './present.ts';
import { readPage } from './read-page.ts';
import * as packs from './repository.ts';
import { authorizeFor } from './visible.ts';

const TOPICS = ['packs', 'rules', 'sensors', 'actions', 'triggers'] as const;

export function listPacks(actor: Actor, query: PageQuery): Promise<PageOf<PackSummary>> {
  const where = packs.whereVisible(actor);
  return readPage(query, {
    read: (window) => packs.listPacks(where, window),
    count: () => packs.countPacks(where),
    present: presentPackSummary,
  });
}

/** @throws AppError `NOT_FOUND` */
export async function getPack(actor: Actor, ref: string): Promise<Pack> {
  return presentPack(await getRow(prisma(), actor, ref, 'packs:read'));
}

/** A pack without files. @throws AppError `CONFLICT`, `VALIDATION_ERROR` */
export async function createPack(actor: Actor, body: PackCreate): Promise<Pack> {
  authorizeFor(actor, 'packs:create', { ref: body.ref, pack_ref: body.ref });
  const confSchema = body.conf_schema as JsonObject;
  checkSchemas({ conf_schema: confSchema });
  const config = fittingConfig(confSchema, body.config);
  return changeCatalogue(`pack '${body.ref}'`, TOPICS, async ({ db, tx }) => {
    const { id } = await db.pack.create({
      data: {
        ref: body.ref,
        label: body.label,
        description: body.description ?? null,
        version: body.version,
        confSchema: toColumn(confSchema),
        config: toColumn(config),
        meta: toColumn(body.meta as JsonObject),
        tags: body.tags,
        runtimeDeps: body.runtime_deps,
        dependencies: body.dependencies,
      },
    });
    await record(tx, actor, 'pack.created', { id, ref: body.ref });
    return presentPack(await existing(db, body.ref));
  });
}

/** What stands in a pack's files is changed there; its configuration is ours to say. */
export const updatePack = (actor: Actor, ref: string, body: PackUpdate): Promise<Pack> =>
  changeCatalogue(`pack '${ref}'`, TOPICS, async ({ db, tx }) => {
    const row = await getRow(db, actor, ref, 'packs:configure');
    const described = given({
      label: body.label,
      description: body.description,
      version: body.version,
      confSchema: body.conf_schema && toColumn(body.conf_schema as JsonObject),
      meta: body.meta && toColumn(body.meta as JsonObject),
      tags: body.tags,
      runtimeDeps: body.runtime_deps,
      dependencies: body.dependencies,
    });
    if (Object.keys(described).length > 0) {
      authorizeFor(actor, 'packs:update', { ref, pack_ref: ref, id: row.id });
      if (row.digest !== null) {
        throw new AppError(
          'CONFLICT',
          `The pack '${ref}' comes from files: only its configuration can be changed here. Change the files and register them again.`,
        );
      }
    }
    const confSchema = body.conf_schema ?? asObject(row.confSchema);
    checkSchemas({ conf_schema: confSchema });
    const config = fittingConfig(confSchema, body.config ?? asObject(row.config));
    await db.pack.update({
      where: { id: row.id },
      data: { ...described, config: toColumn(config) },
    });
    await record(tx, actor, 'pack.updated', row, {
      changed: [...Object.keys(described), ...(body.config ? ['config'] : [])],
    });
    return presentPack(await existing(db, ref));
  });

/**
 * Deletes a pack with its components and the keys that they own. Its files stay until nothing runs from them.
 *
 * @throws AppError `CONFLICT` for a pack of the platform, or one that rules of other packs build on
 */
export const deletePack = (actor: Actor, ref: string): Promise<Success> =>
  changeCatalogue(`pack '${ref}'`, TOPICS, async ({ db, tx, revision }) => {
    const row = await getRow(db, actor, ref, 'packs:delete');
    if (row.isStandard)
      throw new AppError(
        'CONFLICT',
        `The pack '${ref}' is part of the platform and cannot be deleted.`,
      );
    const user = await db.rule.findFirst({
      where: {
        packId: { not: row.id },
        OR: [{ triggerRef: { startsWith: `${ref}.` } }, { actionRef: { startsWith: `${ref}.` } }],
      },
      select: { ref: true },
    });
    if (user !== null) {
      throw new AppError(
        'CONFLICT',
        `The rule '${user.ref}' builds on the pack '${ref}'. Change or delete the rule first.`,
      );
    }
    const rules = await db.rule.findMany({ where: { packId: row.id }, select: { id: true } });
    await closeVersions(
      db,
      rules.map(({ id }) => id),
      revision,
    );
    const sensors = await db.sensor.findMany({ where: { packId: row.id }, select: { id: true } });
    if (sensors.length > 0)
      await endTokens(
        tx,
        'sensor_id',
        sensors.map(({ id }) => id),
        'sensor_removed',
      );
    // Whoever takes the name next must not inherit what was secret.
    await db.key.deleteMany({
      where: {
        OR: [
          { ownerType: 'pack', owner: ref },
          { ownerType: { in: ['action', 'sensor'] }, owner: { startsWith: `${ref}.` } },
        ],
      },
    });
    await db.permissionSet.deleteMany({ where: { packRef: ref } });
    await db.pack.delete({ where: { id: row.id } });
    await record(tx, actor, 'pack.deleted', row);
    return { success: true, message: `The pack '${ref}' is deleted.` };
  });

/** @throws AppError `CONFLICT` without `force` for a pack that is there, `VALIDATION_ERROR` for a directory that is none */
export async function registerPack(
  actor: Actor,
  { path, force }: PackRegister,
): Promise<PackInstall> {
  const { pack, problems } = await loadPack(actor, path, { force, isStandard: false });
  return { pack, tests_skipped: true, test_result: null, problems };
}

/**
 * Installs the pack in a directory. For a pack of the platform, the same files a second time change nothing.
 *
 * @returns also what is wrong with single components, which are then left out
 */
export async function loadPack(
  actor: Actor,
  directory: string,
  options: { readonly force: boolean; readonly isStandard: boolean },
): Promise<{ pack: Pack; problems: PackProblem[] }> {
  const { ref, problems } = await installPack(actor, directory, options);
  return { pack: presentPack(await existing(prisma(), ref)), problems };
}

async function existing(db: Db, ref: string): Promise<packs.PackRow> {
  const row = await packs.findPack(db, ref);
  if (row === null) throw notFound('pack', ref);
  return row;
}

async function getRow(
  db: Db,
  actor: Actor,
  ref: string,
  permission: 'packs:read' | 'packs:configure' | 'packs:delete',
): Promise<packs.PackRow> {
  const row = await packs.findPack(db, ref);
  authorizeFor(actor, permission, { ref, pack_ref: ref, ...(row && { id: row.id }) });
  if (row === null) throw notFound('pack', ref);
  return row;
}

const record = (
  tx: Tx,
  actor: Actor,
  eventType: string,
  { id, ref }: { id: number; ref: string },
  details?: Record<string, unknown>,
) =>
  recordAudit(tx, {
    category: 'pack',
    eventType,
    outcome: 'success',
    ...by(actor),
    resource: { type: 'pack', id, ref },
    ...(details && { details }),
  });
