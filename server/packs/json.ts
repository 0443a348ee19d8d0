import { isJsonObject, type JsonObject, type JsonValue } from '#lib/domain/json.ts';
import { Prisma } from '#server/db/generated/client.ts';

/** A column that always holds an object, as the API promises it. */
export const asObject = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

export const asObjectOrNull = (value: unknown): JsonObject | null =>
  isJsonObject(value) ? value : null;

/** What Prisma read: its type of JSON and ours are the same values. */
export const fromColumn = (value: Prisma.JsonValue): JsonValue => value as JsonValue;

type Json = JsonValue | Prisma.JsonValue | readonly JsonValue[];

/** What Prisma writes: it tells SQL's null and JSON's apart, and its own type of JSON knows no null. */
export const toColumn = (value: Json): Prisma.InputJsonValue => value as Prisma.InputJsonValue;

export const toNullableColumn = (
  value: Json | undefined,
): Prisma.InputJsonValue | typeof Prisma.DbNull =>
  value === null || value === undefined ? Prisma.DbNull : toColumn(value);
