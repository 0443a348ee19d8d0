import type { PackProblem } from '#lib/contracts/packs.ts';
import type { JsonValue } from '#lib/domain/json.ts';
import type {
  ActionManifest,
  PackManifest,
  ParsedPack,
  PermissionSetManifest,
  RuleManifest,
} from '#lib/domain/pack-manifest/index.ts';
import { covers } from '#lib/domain/permissions.ts';
import { AppError, type ErrorDetail } from '#lib/errors.ts';
import { type Actor, actorName } from '#server/auth/actor.ts';
import { endTokens } from '#server/auth/token-repository.ts';
import { checkRule } from '#server/rules/check.ts';
import { contentOf } from '#server/rules/columns.ts';
import { closeVersions, writeVersion } from '#server/rules/versions.ts';
import type { Change } from './change.ts';
import { checkConfig } from './check-config.ts';
import { asObject, toColumn, toNullableColumn } from './json.ts';
import {
  findVanished,
  loadAction,
  loadSensors,
  loadTriggers,
  type Owner,
} from './load-components.ts';
import { checkDelegation } from './permission-sets.ts';

interface Source {
  readonly sourcePath: string | null;
  readonly storagePath: string;
  readonly digest: string;
  readonly readme: string | null;
  readonly isStandard: boolean;
}

/**
 * Writes a pack and its components, in the order in which they need each other, and takes away what the pack no
 * longer has. What was made by hand stays. A component that does not fit is left out and told.
 */
export async function writePack(
  change: Change,
  actor: Actor,
  pack: PackManifest,
  parsed: ParsedPack,
  source: Source,
): Promise<PackProblem[]> {
  const { db } = change;
  const problems: PackProblem[] = [];
  const owner = await writeManifest(change, pack, source, problems);
  for (const set of parsed.permissionSets)
    await writePermissionSet(change, actor, owner, set, problems);
  await loadTriggers(db, owner, parsed.triggers);
  for (const action of parsed.actions) await writeAction(change, actor, owner, action, problems);
  for (const rule of parsed.rules) await writeRule(change, actor, owner, rule, problems);
  await loadSensors(db, owner, parsed.sensors);
  await removeVanished(change, owner, parsed);
  return problems;
}

async function writeManifest(
  { db }: Change,
  pack: PackManifest,
  source: Source,
  problems: PackProblem[],
): Promise<Owner> {
  const before = await db.pack.findUnique({ where: { ref: pack.ref }, select: { config: true } });
  // What people have configured stays; what is new in the pack is added.
  const wanted = { ...pack.config, ...asObject(before?.config) };
  const checked = checkConfig(pack.confSchema, wanted);
  if (!checked.ok)
    problems.push(...checked.problems.map((detail) => told('pack.yaml', detail, 'config.')));
  const columns = {
    label: pack.label,
    description: pack.description,
    version: pack.version,
    confSchema: toColumn(pack.confSchema),
    config: toColumn(checked.ok ? checked.config : asObject(before?.config)),
    meta: toColumn({
      ...pack.meta,
      ...Object.fromEntries(
        (['author', 'email', 'license', 'homepage', 'repository'] as const).flatMap((name) =>
          pack[name] === null ? [] : [[name, pack[name]]],
        ),
      ),
    }),
    tags: [...pack.tags],
    runtimeDeps: [...pack.runtimeDeps],
    dependencies: [...pack.dependencies],
    ...source,
  };
  const row = await db.pack.upsert({
    where: { ref: pack.ref },
    create: { ref: pack.ref, ...columns },
    update: columns,
  });
  return { packId: row.id, packRef: row.ref };
}

/** A set that reaches further than whoever installs it would be a way to rise. */
async function writePermissionSet(
  { db }: Change,
  actor: Actor,
  { packRef }: Owner,
  { file, ref, label, description, grants }: PermissionSetManifest,
  problems: PackProblem[],
): Promise<void> {
  if (actor.kind !== 'system' && (actor.kind === 'sensor' || !covers(actor.grants, grants))) {
    problems.push({
      file,
      line: null,
      reason: `\`${ref}\` allows more than you may do yourself. Ask an administrator to install it.`,
    });
    return;
  }
  const columns = { packRef, label, description, grants: toColumn(grants as unknown as JsonValue) };
  await db.permissionSet.upsert({ where: { ref }, create: { ref, ...columns }, update: columns });
}

async function writeAction(
  { db }: Change,
  actor: Actor,
  owner: Owner,
  action: ActionManifest,
  problems: PackProblem[],
): Promise<void> {
  if (action.workflowFile !== null) {
    problems.push({
      file: action.file,
      line: null,
      reason: `\`${action.ref}\` is a workflow. Workflows cannot be run yet.`,
    });
    return;
  }
  const wrong = await reasonsOf(() =>
    checkDelegation(db, actor, action.defaultExecutionPermissionSetRefs),
  );
  if (wrong.length === 0) return loadAction(db, owner, action);
  problems.push(...wrong.map((detail) => told(action.file, detail)));
}

async function writeRule(
  { db, revision }: Change,
  actor: Actor,
  owner: Owner,
  rule: RuleManifest,
  problems: PackProblem[],
): Promise<void> {
  const before = await db.rule.findUnique({ where: { ref: rule.ref } });
  const wrong = await reasonsOf(() =>
    checkRule(db, actor, { ...rule, packRef: owner.packRef }, before && contentOf(before)),
  );
  if (wrong.length > 0) {
    problems.push(...wrong.map((detail) => told(rule.file, detail)));
    return;
  }
  const columns = {
    ...owner,
    label: rule.label,
    description: rule.description,
    triggerRef: rule.triggerRef,
    actionRef: rule.actionRef,
    conditions: toColumn(rule.conditions),
    triggerParams: toColumn(rule.triggerParams),
    actionParams: toColumn(rule.actionParams),
    permissionSetRefs: toNullableColumn(rule.permissionSetRefs),
    traceTagTemplate: rule.traceTagTemplate,
    isAdhoc: false,
    ownerIdentityId: actor.kind === 'identity' ? actor.identityId : null,
    version: (before?.version ?? 0) + 1,
    ...(rule.enabled !== null && { enabled: rule.enabled }),
  };
  const row = await db.rule.upsert({
    where: { ref: rule.ref },
    create: { ref: rule.ref, ...columns },
    update: columns,
  });
  await writeVersion(db, row, revision, actorName(actor));
}

async function removeVanished(
  { db, tx, revision }: Change,
  owner: Owner,
  parsed: ParsedPack,
): Promise<void> {
  const gone = await findVanished(db, owner, parsed);
  const ids = (rows: readonly { id: number }[]) => rows.map(({ id }) => id);
  await closeVersions(db, ids(gone.rules), revision);
  await db.rule.deleteMany({ where: { id: { in: ids(gone.rules) } } });
  if (gone.sensors.length > 0)
    await endTokens(tx, 'sensor_id', ids(gone.sensors), 'sensor_removed');
  await db.sensor.deleteMany({ where: { id: { in: ids(gone.sensors) } } });
  await db.action.deleteMany({ where: { id: { in: ids(gone.actions) } } });
  await db.trigger.deleteMany({ where: { id: { in: ids(gone.triggers) } } });
}

/** Why something is refused; empty when it is not. */
async function reasonsOf(check: () => Promise<void>): Promise<ErrorDetail[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const details =
      error.code === 'VALIDATION_ERROR' && Array.isArray(error.details)
        ? (error.details as ErrorDetail[])
        : [];
    return details.length > 0 ? details : [{ path: '', message: error.message }];
  }
}

const told = (file: string, { path, message }: ErrorDetail, prefix = ''): PackProblem => {
  const field = prefix + path.replace(/^body\./, '');
  return { file, line: null, reason: field === '' ? message : `\`${field}\`: ${message}` };
};
