import { packRefOf } from '#lib/domain/refs.ts';
import { notFound, unprocessable } from '#lib/errors.ts';
import type { Db } from '#server/db/prisma.ts';

/**
 * The pack that a component belongs to.
 *
 * @param ref of the component, which names its pack
 * @throws AppError `NOT_FOUND`; `VALIDATION_ERROR` when the ref names another pack
 */
export async function checkOwnPack(
  db: Db,
  packRef: string,
  ref?: string,
): Promise<{ packId: number; packRef: string }> {
  if (ref !== undefined && packRefOf(ref) !== packRef) {
    throw unprocessable(`The ref '${ref}' is not one of the pack '${packRef}'.`, [
      { path: 'body.ref', message: `begins with '${packRef}.'` },
    ]);
  }
  const pack = await db.pack.findUnique({ where: { ref: packRef }, select: { id: true } });
  if (pack === null) throw notFound('pack', packRef);
  return { packId: pack.id, packRef };
}
