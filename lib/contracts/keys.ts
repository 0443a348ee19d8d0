import { z } from 'zod';
import { LOCAL_KEY_REF } from '#lib/domain/refs.ts';
import { data, Id, pageOf, PageQuery, Success, Timestamp } from './common.ts';
import type { Operation } from './operation.ts';
import { change, Label, PathRef } from './patch.ts';

export const OwnerType = z.enum(['system', 'identity', 'pack', 'action', 'sensor']);
export type OwnerType = z.infer<typeof OwnerType>;

export const KeySummary = z
  .object({
    id: Id,
    ref: z.string(),
    local_ref: z.string(),
    name: z.string(),
    owner_type: OwnerType,
    owner: z.string().nullable(),
    encrypted: z.boolean(),
    created: Timestamp,
    updated: Timestamp,
  })
  .meta({ id: 'KeySummary' });
export type KeySummary = z.infer<typeof KeySummary>;

export const Key = KeySummary.extend({
  value: z.json().describe('Null for an encrypted key, unless the caller may decrypt it.'),
  owner_identity: Id.nullable(),
  owner_pack: Id.nullable(),
  owner_pack_ref: z.string().nullable(),
  owner_action: Id.nullable(),
  owner_action_ref: z.string().nullable(),
  owner_sensor: Id.nullable(),
  owner_sensor_ref: z.string().nullable(),
  warnings: z.array(z.object({ code: z.enum(['short_value']), message: z.string() })),
}).meta({ id: 'Key' });
export type Key = z.infer<typeof Key>;

export const KeyCreate = z
  .object({
    local_ref: z.string().regex(LOCAL_KEY_REF, 'is a-z 0-9 _ - and at most 63 long').optional(),
    ref: z
      .string()
      .min(1)
      .max(250)
      .regex(/^[A-Za-z0-9][A-Za-z0-9_@.-]*$/, 'is letters, digits and _ @ . -')
      .optional()
      .describe('The whole ref, as older clients name it. `local_ref` is enough.'),
    name: Label,
    owner_type: OwnerType,
    owner: z.string().max(200).nullish().describe('Ref or login of the owner.'),
    owner_identity: Id.nullish(),
    owner_pack: Id.nullish(),
    owner_pack_ref: z.string().max(200).nullish(),
    owner_action: Id.nullish(),
    owner_action_ref: z.string().max(200).nullish(),
    owner_sensor: Id.nullish(),
    owner_sensor_ref: z.string().max(200).nullish(),
    encrypted: z.boolean().default(true),
    value: z.json(),
  })
  .refine(({ local_ref, ref }) => local_ref !== undefined || ref !== undefined, {
    path: ['local_ref'],
    message: 'is required, or `ref`',
  })
  .meta({ id: 'KeyCreate' });
export type KeyCreate = z.infer<typeof KeyCreate>;

export const KeyUpdate = z
  .object({
    name: change(Label),
    encrypted: change(z.boolean()),
    value: z.json().optional().describe('Absent or null leaves it.'),
  })
  .meta({ id: 'KeyUpdate' });
export type KeyUpdate = z.infer<typeof KeyUpdate>;

export const KeyFilter = PageQuery.extend({
  owner_type: OwnerType.optional(),
  owner: z.string().max(200).optional(),
});
export type KeyFilter = z.infer<typeof KeyFilter>;

/** Why a person wants to see a value; it stands in the audit. */
export const KeyReveal = z
  .object({ reason: z.string().trim().min(3, 'is why, in a few words').max(500) })
  .meta({ id: 'KeyReveal' });

/** Something that asks for a key by its template, `{{ key.<ref> }}`. */
export const KeyUse = z
  .object({
    kind: z.enum(['rule', 'action']).describe('A rule’s parameters, or the defaults of an action.'),
    ref: z.string(),
  })
  .meta({ id: 'KeyUse' });
export type KeyUse = z.infer<typeof KeyUse>;

const tag = 'keys';
const tokens = ['identity', 'execution', 'sensor'] as const;

export const listKeys = {
  id: 'listKeys',
  method: 'GET',
  path: '/api/v1/keys',
  tag,
  summary: 'List keys; never their values',
  access: { tokens, permission: 'keys:read' },
  query: KeyFilter,
  status: 200,
  result: pageOf(KeySummary),
} as const satisfies Operation;

export const createKey = {
  id: 'createKey',
  method: 'POST',
  path: '/api/v1/keys',
  tag,
  summary: 'Create a key; a sensor may for itself',
  access: { tokens, permission: 'keys:create' },
  body: KeyCreate,
  status: 201,
  result: data(Key),
} as const satisfies Operation;

export const getKey = {
  id: 'getKey',
  method: 'GET',
  path: '/api/v1/keys/{ref}',
  tag,
  summary: 'Get a key; its value only for those who may read it',
  access: { tokens, permission: 'keys:read' },
  params: PathRef,
  status: 200,
  result: data(Key),
} as const satisfies Operation;

export const revealKey = {
  id: 'revealKey',
  method: 'POST',
  path: '/api/v1/keys/{ref}/reveal',
  tag,
  summary: 'See the value of a key, and say why; both stand in the audit',
  access: { tokens: ['identity'], permission: 'keys:decrypt' },
  params: PathRef,
  body: KeyReveal,
  status: 200,
  result: data(Key),
} as const satisfies Operation;

export const listKeyUses = {
  id: 'listKeyUses',
  method: 'GET',
  path: '/api/v1/keys/{ref}/uses',
  tag,
  summary: 'List the rules and actions that refer to a key by its template',
  access: { tokens: ['identity'], permission: 'keys:read' },
  params: PathRef,
  status: 200,
  result: data(z.array(KeyUse)),
} as const satisfies Operation;

export const updateKey = {
  id: 'updateKey',
  method: 'PUT',
  path: '/api/v1/keys/{ref}',
  tag,
  summary: 'Change a key',
  access: { tokens, permission: 'keys:update' },
  params: PathRef,
  body: KeyUpdate,
  status: 200,
  result: data(Key),
} as const satisfies Operation;

export const deleteKey = {
  id: 'deleteKey',
  method: 'DELETE',
  path: '/api/v1/keys/{ref}',
  tag,
  summary: 'Delete a key',
  access: { tokens: ['identity'], permission: 'keys:delete' },
  params: PathRef,
  status: 200,
  result: Success,
} as const satisfies Operation;

export const keyOperations = [
  listKeys,
  createKey,
  getKey,
  revealKey,
  listKeyUses,
  updateKey,
  deleteKey,
] as const;
