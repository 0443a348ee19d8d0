import { z } from 'zod';
import { data, Id, PathId, Success, Timestamp } from './common.ts';
import type { Operation } from './operation.ts';
import { ComponentRefs, Description, Label } from './patch.ts';

/** What is known of an API token; the token itself is shown once, when it is made. */
export const IntegrationToken = z
  .object({
    id: Id,
    identity_id: Id,
    label: z.string(),
    description: z.string().nullable(),
    token_prefix: z.string().describe('Its beginning, which is no secret.'),
    token_suffix: z.string().describe('Always empty: no part of the secret is kept.'),
    permission_set_refs: z
      .array(z.string())
      .nullable()
      .describe('What it keeps of its identity’s permissions; null: all of them.'),
    active: z.boolean(),
    expires_at: Timestamp.nullable(),
    last_used_at: Timestamp.nullable(),
    last_used_ip: z.string().nullable(),
    created_by: Id.nullable(),
    revoked_at: Timestamp.nullable(),
    revoked_by: Id.nullable(),
    revocation_reason: z.string().nullable(),
    created: Timestamp,
    updated: Timestamp,
  })
  .meta({ id: 'IntegrationToken' });
export type IntegrationToken = z.infer<typeof IntegrationToken>;

export const IntegrationTokenCreate = z
  .object({
    label: Label,
    description: Description.nullish(),
    expires_at: z.iso.datetime({ offset: true }).nullish().describe('Null: until it is revoked.'),
    permission_set_refs: ComponentRefs.nullish().describe(
      'What it keeps of its identity’s permissions, never more than the identity has; null: all of them.',
    ),
  })
  .meta({ id: 'IntegrationTokenCreate' });
export type IntegrationTokenCreate = z.infer<typeof IntegrationTokenCreate>;

export const CreatedIntegrationToken = z
  .object({
    integration_token: IntegrationToken,
    token: z.string().describe('`attune_it_…`; shown only now.'),
  })
  .meta({ id: 'CreatedIntegrationToken' });
export type CreatedIntegrationToken = z.infer<typeof CreatedIntegrationToken>;

const tag = 'identities';
/** Everybody for themselves; for others `identities:read` or `identities:update`, asked by the service. */
const access = { tokens: ['identity'], permission: null } as const;
const ofIdentity = z.object({ id: PathId });
const ofToken = z.object({ id: PathId, token_id: PathId });
const path = '/api/v1/identities/{id}/integration-tokens';

export const listIntegrationTokens = {
  id: 'listIntegrationTokens',
  method: 'GET',
  path,
  tag,
  summary: 'List the API tokens of an identity, without the tokens',
  access,
  params: ofIdentity,
  status: 200,
  result: data(z.array(IntegrationToken)),
} as const satisfies Operation;

export const createIntegrationToken = {
  id: 'createIntegrationToken',
  method: 'POST',
  path,
  tag,
  summary: 'Make an API token for yourself or a service; shown once',
  access,
  params: ofIdentity,
  body: IntegrationTokenCreate,
  status: 201,
  result: data(CreatedIntegrationToken),
} as const satisfies Operation;

export const deleteIntegrationToken = {
  id: 'deleteIntegrationToken',
  method: 'DELETE',
  path: `${path}/{token_id}`,
  tag,
  summary: 'Delete an API token; it ends at once',
  access,
  params: ofToken,
  status: 200,
  result: data(Success),
} as const satisfies Operation;

export const revokeIntegrationToken = {
  id: 'revokeIntegrationToken',
  method: 'POST',
  path: `${path}/{token_id}/revoke`,
  tag,
  summary: 'Revoke an API token; it ends at once and stays in the list',
  access,
  params: ofToken,
  body: z.object({ reason: z.string().trim().max(500).nullish() }).optional(),
  status: 200,
  result: data(IntegrationToken),
} as const satisfies Operation;

export const integrationTokenOperations = [
  listIntegrationTokens,
  createIntegrationToken,
  deleteIntegrationToken,
  revokeIntegrationToken,
] as const;
