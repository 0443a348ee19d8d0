import { z } from 'zod';

export type Schema = Record<string, unknown>;

/** Where a value is changed while it is parsed, what is meant is what the other side sends. */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Schema;
}
