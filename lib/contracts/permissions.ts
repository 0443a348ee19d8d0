import { z } from 'zod';
import { data, Id, PackRef, PathId, Ref, Success, Timestamp } from './common.ts';
import type { Operation } from './operation.ts';
import { Description, Label } from './patch.ts';

/** A name between identities and permission sets. */
export const Role = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{0,62}$/, 'begins with a letter; a-z 0-9 . _ - follow; at most 63');

export const PermissionAssignment = z
  .object({
    id: Id,
    identity_id: Id,
    permission_set_id: Id,
    permission_set_ref: z.string(),
    created: Timestamp,
  })
  .meta({ id: 'PermissionAssignment' });
export type PermissionAssignment = z.infer<typeof PermissionAssignment>;

const Word = z.string().regex(/^[a-z][a-z_]{0,62}$/, 'is a word of a-z and _');
const Texts = z.array(z.string().max(300)).max(500);

/** Strict: a constraint that nobody knows never holds, so a grant with one would give nothing. */
export const Grant = z
  .object({
    resource: Word,
    actions: z.array(Word).min(1).max(50),
    constraints: z
      .strictObject({
        pack_refs: Texts.exactOptional(),
        refs: Texts.exactOptional(),
        ids: z.array(Id).max(500).exactOptional(),
        owner: z.literal('self').exactOptional(),
        owner_types: Texts.exactOptional(),
        owner_refs: Texts.exactOptional(),
        visibility: Texts.exactOptional(),
        execution_scope: z.enum(['self', 'descendants']).exactOptional(),
        encrypted: z.boolean().exactOptional(),
        attributes: z.record(z.string(), z.json()).exactOptional(),
      })
      .exactOptional()
      .describe('All that are listed must hold.'),
  })
  .meta({ id: 'Grant' });

const Grants = z.array(Grant).max(500);

export const PermissionSetRole = z
  .object({
    id: Id,
    permission_set_id: Id,
    permission_set_ref: z.string(),
    role: z.string(),
    created: Timestamp,
  })
  .meta({ id: 'PermissionSetRoleAssignment' });
export type PermissionSetRole = z.infer<typeof PermissionSetRole>;

export const PermissionSet = z
  .object({
    id: Id,
    ref: z.string(),
    pack_ref: z.string().nullable().describe('The pack that it came with; null: made here.'),
    label: z.string().nullable(),
    description: z.string().nullable(),
    grants: z.array(z.json()),
    roles: z.array(PermissionSetRole),
    created: Timestamp,
    updated: Timestamp,
  })
  .meta({ id: 'PermissionSetSummary' });
export type PermissionSet = z.infer<typeof PermissionSet>;

export const PermissionSetCreate = z
  .object({
    ref: Ref,
    label: Label.nullish(),
    description: Description.nullish(),
    grants: Grants,
  })
  .meta({ id: 'PermissionSetCreate' });
export type PermissionSetCreate = z.infer<typeof PermissionSetCreate>;

export const PermissionSetUpdate = z
  .object({
    label: Label.nullish(),
    description: Description.nullish(),
    grants: Grants.nullish().describe('All of them. Null leaves them.'),
  })
  .meta({ id: 'PermissionSetUpdate' });
export type PermissionSetUpdate = z.infer<typeof PermissionSetUpdate>;

export const PermissionAssignmentCreate = z
  .object({
    permission_set_ref: z.string().min(1).max(200),
    identity_id: Id.nullish(),
    identity_login: z.string().max(200).nullish(),
  })
  .refine(({ identity_id: id, identity_login: login }) => (id ?? login ?? null) !== null, {
    path: ['identity_id'],
    message: 'is required, or `identity_login`',
  })
  .meta({ id: 'PermissionAssignmentCreate' });
export type PermissionAssignmentCreate = z.infer<typeof PermissionAssignmentCreate>;

const tag = 'permissions';
const tokens = ['identity'] as const;
const read = { tokens, permission: 'permissions:read' } as const;
const manage = { tokens, permission: 'permissions:manage' } as const;
const params = z.object({ id: PathId });

export const listPermissionSets = {
  id: 'listPermissionSets',
  method: 'GET',
  path: '/api/v1/permissions/sets',
  tag,
  summary: 'List permission sets with their grants and roles',
  access: read,
  query: z.object({ pack_ref: PackRef.optional() }),
  status: 200,
  result: z.array(PermissionSet),
} as const satisfies Operation;

export const createPermissionSet = {
  id: 'createPermissionSet',
  method: 'POST',
  path: '/api/v1/permissions/sets',
  tag,
  summary: 'Create a permission set from grants that you hold yourself',
  access: manage,
  body: PermissionSetCreate,
  status: 201,
  result: data(PermissionSet),
} as const satisfies Operation;

export const getPermissionSet = {
  id: 'getPermissionSet',
  method: 'GET',
  path: '/api/v1/permissions/sets/{id}',
  tag,
  summary: 'Get a permission set',
  access: read,
  params,
  status: 200,
  result: data(PermissionSet),
} as const satisfies Operation;

export const updatePermissionSet = {
  id: 'updatePermissionSet',
  method: 'PUT',
  path: '/api/v1/permissions/sets/{id}',
  tag,
  summary: 'Change a permission set that was made here',
  access: manage,
  params,
  body: PermissionSetUpdate,
  status: 200,
  result: data(PermissionSet),
} as const satisfies Operation;

export const deletePermissionSet = {
  id: 'deletePermissionSet',
  method: 'DELETE',
  path: '/api/v1/permissions/sets/{id}',
  tag,
  summary: 'Delete a permission set that was made here',
  access: manage,
  params,
  status: 200,
  result: data(Success),
} as const satisfies Operation;

export const createPermissionSetRole = {
  id: 'createPermissionSetRole',
  method: 'POST',
  path: '/api/v1/permissions/sets/{id}/roles',
  tag,
  summary: 'Give a set that you hold yourself to everybody with a role',
  access: manage,
  params,
  body: z.object({ role: Role }),
  status: 201,
  result: data(PermissionSetRole),
} as const satisfies Operation;

export const deletePermissionSetRole = {
  id: 'deletePermissionSetRole',
  method: 'DELETE',
  path: '/api/v1/permissions/sets/roles/{id}',
  tag,
  summary: 'Take a permission set from a role',
  access: manage,
  params,
  status: 200,
  result: data(Success),
} as const satisfies Operation;

export const createPermissionAssignment = {
  id: 'createPermissionAssignment',
  method: 'POST',
  path: '/api/v1/permissions/assignments',
  tag,
  summary: 'Assign a set that you hold yourself to an identity',
  access: manage,
  body: PermissionAssignmentCreate,
  status: 201,
  result: data(PermissionAssignment),
} as const satisfies Operation;

export const deletePermissionAssignment = {
  id: 'deletePermissionAssignment',
  method: 'DELETE',
  path: '/api/v1/permissions/assignments/{id}',
  tag,
  summary: 'Take a permission set from an identity',
  access: manage,
  params,
  status: 200,
  result: data(Success),
} as const satisfies Operation;

export const permissionOperations = [
  listPermissionSets,
  createPermissionSet,
  getPermissionSet,
  updatePermissionSet,
  deletePermissionSet,
  createPermissionSetRole,
  deletePermissionSetRole,
  createPermissionAssignment,
  deletePermissionAssignment,
] as const;
