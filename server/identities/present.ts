import type { Identity, IdentityRole, IdentitySummary } from '#lib/contracts/identities.ts';
import type { IntegrationToken } from '#lib/contracts/integration-tokens.ts';
import type { PermissionAssignment, PermissionSet } from '#lib/contracts/permissions.ts';
import { API_TOKEN_PREFIX } from '#server/auth/api-token.ts';
import { timestamp, timestampOrNull } from '#server/http/paging.ts';
import type { ApiTokenRow } from './api-token-repository.ts';
import type { PermissionSetRow } from './permission-set-repository.ts';
import type { AssignmentRow, IdentityDetailRow, RoleRow } from './repository.ts';

const common = (row: IdentityDetailRow) => ({
  id: row.id,
  login: row.login,
  display_name: row.display_name,
  attributes: row.attributes,
  frozen: row.frozen,
  has_password: row.has_password,
  last_seen_at: timestampOrNull(row.last_seen_at),
  active_tokens: row.active_tokens,
  created: timestamp(row.created),
  updated: timestamp(row.updated),
});

export const presentIdentitySummary = (row: IdentityDetailRow): IdentitySummary => ({
  ...common(row),
  roles: row.roles.map(({ role }) => role),
  permission_set_refs: row.assignments.map(({ permission_set_ref: ref }) => ref),
});

export const presentIdentity = (row: IdentityDetailRow): Identity => ({
  ...common(row),
  roles: row.roles.map(presentRole),
  direct_permissions: row.assignments.map(presentAssignment),
});

/** Instants inside JSON come as texts with a zone. */
const instant = (text: string): string => timestamp(new Date(text));

export const presentRole = (row: RoleRow): IdentityRole => ({
  id: row.id,
  identity_id: row.identity_id,
  role: row.role,
  source: row.source,
  managed: row.managed,
  created: instant(row.created),
  updated: instant(row.updated),
});

export const presentAssignment = (row: AssignmentRow): PermissionAssignment => ({
  id: row.id,
  identity_id: row.identity_id,
  permission_set_id: row.permission_set_id,
  permission_set_ref: row.permission_set_ref,
  created: instant(row.created),
});

export const presentPermissionSet = (row: PermissionSetRow): PermissionSet => ({
  id: row.id,
  ref: row.ref,
  pack_ref: row.pack_ref,
  label: row.label,
  description: row.description,
  grants: row.grants as unknown as PermissionSet['grants'],
  roles: row.roles.map(({ id, role, created }) => ({
    id,
    role,
    permission_set_id: row.id,
    permission_set_ref: row.ref,
    created: instant(created),
  })),
  created: timestamp(row.created),
  updated: timestamp(row.updated),
});

export const presentApiToken = (row: ApiTokenRow): IntegrationToken => ({
  id: row.id,
  identity_id: row.identity_id,
  label: row.label,
  description: row.description,
  token_prefix: `${API_TOKEN_PREFIX}${row.handle}`,
  token_suffix: '',
  permission_set_refs: row.is_restricted ? row.permission_set_refs : null,
  active: row.active,
  expires_at: timestampOrNull(row.expires_at),
  last_used_at: timestampOrNull(row.last_used_at),
  last_used_ip: row.last_used_ip,
  created_by: row.created_by,
  revoked_at: timestampOrNull(row.revoked_at),
  revoked_by: row.revoked_by,
  revocation_reason: row.revocation_reason,
  created: timestamp(row.created),
  updated: timestamp(row.updated),
});
