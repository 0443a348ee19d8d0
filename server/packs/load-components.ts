import type { Prisma } from '#server/db/generated/client.ts';
import type {
  ActionManifest,
  ParsedPack,
  SensorManifest,
  TriggerManifest,
} from '#lib/domain/pack-manifest/index.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import type { Db } from '#server/db/prisma.ts';
import { toColumn, toNullableColumn } from './json.ts';

export interface Owner {
  readonly packId: number;
  readonly packRef: string;
}

/** Not said: true the first time, as it is ever after. */
const switchOf = (enabled: boolean | null) => (enabled === null ? {} : { enabled });

export async function loadTriggers(
  db: Db,
  owner: Owner,
  manifests: readonly TriggerManifest[],
): Promise<void> {
  for (const manifest of manifests) {
    const columns = {
      ...owner,
      label: manifest.label,
      description: manifest.description,
      paramSchema: toNullableColumn(manifest.parameters),
      outSchema: toNullableColumn(manifest.output),
      referenceVisibility: manifest.referenceVisibility,
      referenceAllowedPackRefs: [...manifest.referenceAllowedPackRefs],
      isAdhoc: false,
      ...switchOf(manifest.enabled),
    };
    await db.trigger.upsert({
      where: { ref: manifest.ref },
      create: { ref: manifest.ref, ...columns },
      update: columns,
    });
  }
}

export async function loadAction(db: Db, owner: Owner, manifest: ActionManifest): Promise<void> {
  const columns = {
    ...owner,
    label: manifest.label,
    description: manifest.description,
    entrypoint: manifest.entryPoint ?? '',
    runnerType: manifest.runnerType,
    paramSchema: toNullableColumn(manifest.parameters),
    outSchema: toNullableColumn(manifest.output),
    parameterDelivery: manifest.parameterDelivery,
    parameterFormat: manifest.parameterFormat,
    outputFormat: manifest.outputFormat,
    timeoutSeconds: manifest.timeoutSeconds,
    queueTimeoutSeconds: manifest.queueTimeoutSeconds,
    maxRetries: manifest.maxRetries,
    idempotent: manifest.idempotent,
    retryOnTimeout: manifest.retryOnTimeout,
    retry: toColumn(manifest.retry as unknown as JsonObject),
    deadlineSeconds: manifest.deadlineSeconds,
    cancellationPolicy: manifest.cancellationPolicy,
    concurrency: toNullableColumn(manifest.concurrency as unknown as JsonObject | null),
    env: toColumn({ ...manifest.env }),
    limits: toColumn({ ...manifest.limits }),
    tags: [...manifest.tags],
    defaultExecutionPermissionSetRefs: [...manifest.defaultExecutionPermissionSetRefs],
    referenceVisibility: manifest.referenceVisibility,
    referenceAllowedPackRefs: [...manifest.referenceAllowedPackRefs],
    isAdhoc: false,
    ...switchOf(manifest.enabled),
  };
  await db.action.upsert({
    where: { ref: manifest.ref },
    create: { ref: manifest.ref, ...columns },
    update: columns,
  });
}

export async function loadSensors(
  db: Db,
  owner: Owner,
  manifests: readonly SensorManifest[],
): Promise<void> {
  for (const manifest of manifests) {
    const columns = {
      ...owner,
      label: manifest.label,
      description: manifest.description,
      entrypoint: manifest.entryPoint,
      runnerType: manifest.runnerType,
      triggerRefs: [...manifest.triggerRefs],
      paramSchema: toNullableColumn(manifest.parameters),
      config: toColumn(manifest.config),
      mq: manifest.mq,
      isAdhoc: false,
      ...switchOf(manifest.enabled),
    };
    await db.sensor.upsert({
      where: { ref: manifest.ref },
      create: { ref: manifest.ref, ...columns },
      update: columns,
    });
  }
}

export type Kind = 'actions' | 'triggers' | 'sensors' | 'rules';

/**
 * The components that the pack no longer has. Where a file could not be read, nobody knows what it would have said,
 * so nothing of that kind has vanished.
 */
export async function findVanished(
  db: Db,
  { packId }: Owner,
  parsed: ParsedPack,
): Promise<Record<Kind, { id: number; ref: string }[]>> {
  const gone = (kind: Kind) => {
    const isSure = !parsed.problems.some(({ file }) => file.startsWith(`${kind}/`));
    const refs = parsed[kind].map(({ ref }) => ref);
    const where = {
      packId,
      isAdhoc: false,
      ref: { notIn: refs },
      ...(!isSure && { id: { in: [] as number[] } }),
    };
    return { where, select: { id: true, ref: true } } satisfies Prisma.ActionFindManyArgs;
  };
  return {
    actions: await db.action.findMany(gone('actions')),
    triggers: await db.trigger.findMany(gone('triggers')),
    sensors: await db.sensor.findMany(gone('sensors')),
    rules: await db.rule.findMany(gone('rules')),
  };
}
