import { z } from 'zod';
import { data, Id, JsonObject, pageOf, PageQuery, PathId, Success, Timestamp } from './common.ts';
import type { Operation } from './operation.ts';
import { PermissionAssignment, Role } from './permissions.ts';

export const IdentityRole = z
  .object({
    id: Id,
    identity_id: Id,
    role: z.string(),
    source: z.string(),
    managed: z.boolean(),
    created: Timestamp,
    updated: Timestamp,
  })
  .meta({ id: 'IdentityRoleAssignment' });
export type IdentityRole = z.infer<typeof IdentityRole>;

const Common = z.object({
  id: Id,
  login: z.string(),
  display_name: z.string().nullable(),
  attributes: JsonObject,
  frozen: z.boolean(),
  has_password: z.boolean().describe('False: a service, which acts by API tokens alone.'),
  last_seen_at: Timestamp.nullable().describe('Its last login, refresh or call with an API token.'),
  active_tokens: z.int().describe('API tokens that are neither revoked nor expired.'),
  created: Timestamp,
  updated: Timestamp,
});

export const IdentitySummary = Common.extend({
  roles: z.array(z.string()),
  permission_set_refs: z.array(z.string()),
}).meta({ id: 'IdentitySummary' });
export type IdentitySummary = z.infer<typeof IdentitySummary>;

export const Identity = Common.extend({
  roles: z.array(IdentityRole),
  direct_permissions: z.array(PermissionAssignment),
}).meta({ id: 'Identity' });
export type Identity = z.infer<typeof Identity>;

const DisplayName = z.string().trim().max(200);
const Password = z.string().min(12).max(1000);

export const IdentityCreate = z
  .object({
    login: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/,
        'is letters, digits and . _ @ + -, at most 100, and begins with a letter or digit',
      ),
    display_name: DisplayName.nullish(),
    attributes: JsonObject.nullish(),
    password: Password.nullish().describe('Left out: a service, which acts by API tokens alone.'),
  })
  .meta({ id: 'IdentityCreate' });
export type IdentityCreate = z.infer<typeof IdentityCreate>;

export const IdentityUpdate = z
  .object({
    display_name: DisplayName.nullish().describe('Empty: the login alone. Null: as it is.'),
    attributes: JsonObject.nullish(),
    password: Password.nullish().describe('Ends every session of the identity.'),
    frozen: z.boolean().nullish(),
  })
  .meta({ id: 'IdentityUpdate' });
export type IdentityUpdate = z.infer<typeof IdentityUpdate>;

const tag = 'identities';
const tokens = ['identity'] as const;
const params = z.object({ id: PathId });
const manage = { tokens, permission: 'permissions:manage' } as const;

export const listIdentities = {
  id: 'listIdentities',
  method: 'GET',
  path: '/api/v1/identities',
  tag,
  summary: 'List people and services',
  access: { tokens, permission: 'identities:read' },
  query: PageQuery,
  status: 200,
  result: pageOf(IdentitySummary),
} as const satisfies Operation;

export const createIdentity = {
  id: 'createIdentity',
  method: 'POST',
  path: '/api/v1/identities',
  tag,
  summary: 'Create a person or a service; it may do nothing yet',
  access: { tokens, permission: 'identities:create' },
  body: IdentityCreate,
  status: 201,
  result: data(Identity),
} as const satisfies Operation;

export const getIdentity = {
  id: 'getIdentity',
  method: 'GET',
  path: '/api/v1/identities/{id}',
  tag,
  summary: 'Get an identity',
  access: { tokens, permission: 'identities:read' },
  params,
  status: 200,
  result: data(Identity),
} as const satisfies Operation;

export const updateIdentity = {
  id: 'updateIdentity',
  method: 'PUT',
  path: '/api/v1/identities/{id}',
  tag,
  summary: 'Change an identity; a new password ends its sessions',
  access: { tokens, permission: 'identities:update' },
  params,
  body: IdentityUpdate,
  status: 200,
  result: data(Identity),
} as const satisfies Operation;

export const deleteIdentity = {
  id: 'deleteIdentity',
  method: 'DELETE',
  path: '/api/v1/identities/{id}',
  tag,
  summary: 'Delete an identity that owns no rule and no unfinished execution',
  access: { tokens, permission: 'identities:delete' },
  params,
  status: 200,
  result: data(Success),
} as const satisfies Operation;

export const freezeIdentity = {
  id: 'freezeIdentity',
  method: 'POST',
  path: '/api/v1/identities/{id}/freeze',
  tag,
  summary: 'Freeze an identity: its next call is refused, whatever it shows',
  access: { tokens, permission: 'identities:update' },
  params,
  status: 200,
  result: data(Success),
} as const satisfies Operation;

export const unfreezeIdentity = {
  id: 'unfreezeIdentity',
  method: 'POST',
  path: '/api/v1/identities/{id}/unfreeze',
  tag,
  summary: 'Let a frozen identity act again; its old sessions stay ended',
  access: { tokens, permission: 'identities:update' },
  params,
  status: 200,
  result: data(Success),
} as const satisfies Operation;

export const listIdentityPermissions = {
  id: 'listIdentityPermissions',
  method: 'GET',
  path: '/api/v1/identities/{id}/permissions',
  tag,
  summary: 'List the permission sets that are assigned to an identity',
  access: { tokens, permission: 'identities:read' },
  params,
  status: 200,
  result: z.array(PermissionAssignment),
} as const satisfies Operation;

export const createIdentityRole = {
  id: 'createIdentityRole',
  method: 'POST',
  path: '/api/v1/identities/{id}/roles',
  tag,
  summary: 'Give an identity a role whose sets you hold yourself',
  access: manage,
  params,
  body: z.object({ role: Role }),
  status: 201,
  result: data(IdentityRole),
} as const satisfies Operation;

export const deleteIdentityRole = {
  id: 'deleteIdentityRole',
  method: 'DELETE',
  path: '/api/v1/identities/roles/{id}',
  tag,
  summary: 'Take a role from an identity',
  access: manage,
  params,
  status: 200,
  result: data(Success),
} as const satisfies Operation;

export const identityOperations = [
  listIdentities,
  createIdentity,
  getIdentity,
  updateIdentity,
  deleteIdentity,
  freezeIdentity,
  unfreezeIdentity,
  listIdentityPermissions,
  createIdentityRole,
  deleteIdentityRole,
] as const;
