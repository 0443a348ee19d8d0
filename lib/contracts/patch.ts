import { z } from 'zod';
import { PACK_REF, COMPONENT_REF } from '#lib/domain/refs.ts';
import { JsonObject } from './common.ts';

/**
 * A field of an update that may be emptied. Absent leaves it; a plain value sets it; null or `{"op":"clear"}` empties
 * it; `{"op":"set","value":…}` is what typed clients send.
 */
export const patch = <T extends z.ZodType>(schema: T) =>
  z.union([...tagged(schema), schema, z.null()]).optional();

/** Like `patch`, but null leaves the field as it is: typed clients must send such a field and send null. */
export const patchUnlessNull = <T extends z.ZodType>(schema: T) =>
  z.union([...tagged(schema), schema, z.null().transform(() => undefined)]).optional();

const tagged = <T extends z.ZodType>(schema: T) =>
  [
    z
      .object({ op: z.literal('set'), value: schema })
      .transform((given) => (given as { value: z.output<T> }).value),
    z.object({ op: z.literal('clear') }).transform(() => null),
  ] as const;

/** A field of an update that always has a value: null leaves it as it is. */
export const change = <T extends z.ZodType>(schema: T) =>
  z.union([schema, z.null().transform(() => undefined)]).optional();

/** In a path: any text, since a ref that does not fit names nothing (404). */
export const PathRef = z.object({ ref: z.string().min(1).max(300) });

/** Description of parameters or payload: name → `{type, required, default, …}`. */
export const FlatSchema = JsonObject;

export const Visibility = z.enum(['public', 'private', 'restricted']);
export const Visible = {
  reference_visibility: Visibility,
  reference_allowed_pack_refs: z.array(z.string()),
};

export const Label = z.string().trim().min(1).max(200);
export const Description = z.string().max(10_000);
export const Tags = z.array(z.string().max(100)).max(100);
export const PackRefs = z.array(z.string().max(63).regex(PACK_REF)).max(200);
export const ComponentRefs = z.array(z.string().max(200).regex(COMPONENT_REF)).max(200);
