import type { Rule as RuleRow } from '#server/db/generated/client.ts';
import type { Db } from '#server/db/prisma.ts';
import { toColumn, toNullableColumn } from '#server/packs/json.ts';

/** Closes what a rule said until now, and writes down what it says from this revision on. */
export async function writeVersion(
  db: Db,
  rule: RuleRow,
  revision: number,
  changedBy: string,
): Promise<void> {
  await closeVersions(db, [rule.id], revision);
  await db.ruleVersion.create({
    data: {
      ruleId: rule.id,
      version: rule.version,
      ruleRef: rule.ref,
      packRef: rule.packRef,
      enabled: rule.enabled,
      triggerRef: rule.triggerRef,
      actionRef: rule.actionRef,
      conditions: toColumn(rule.conditions),
      actionParams: toColumn(rule.actionParams),
      triggerParams: toColumn(rule.triggerParams),
      permissionSetRefs: toNullableColumn(rule.permissionSetRefs),
      traceTagTemplate: rule.traceTagTemplate,
      ownerIdentityId: rule.ownerIdentityId,
      validFrom: revision,
      changedBy,
    },
  });
}

/** The end of rules that are deleted: events from this revision on do not meet them. */
export async function closeVersions(
  db: Db,
  ruleIds: readonly number[],
  revision: number,
): Promise<void> {
  await db.ruleVersion.updateMany({
    where: { ruleId: { in: [...ruleIds] }, validUntil: null },
    data: { validUntil: revision },
  });
}
