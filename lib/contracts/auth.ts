import { z } from 'zod';
import { data, Id } from './common.ts';
import type { Operation } from './operation.ts';

const UserInfo = z.object({ id: Id, login: z.string(), display_name: z.string().nullable() });

export const TokenResponse = z
  .object({
    access_token: z.string(),
    refresh_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().describe('Seconds until the access token expires.'),
    user: UserInfo,
  })
  .meta({ id: 'TokenResponse' });
export type TokenResponse = z.infer<typeof TokenResponse>;

export const CurrentUser = z
  .object({
    id: Id,
    login: z.string(),
    display_name: z.string().nullable(),
    auth_provider: z.string(),
    is_local: z.boolean(),
    can_change_password: z.boolean(),
    assigned_permission_set_refs: z.array(z.string()),
    effective_permissions: z.array(
      z.object({ resource: z.string(), actions: z.array(z.string()) }),
    ),
  })
  .meta({ id: 'CurrentUser' });
export type CurrentUser = z.infer<typeof CurrentUser>;

const tag = 'auth';

export const login = {
  id: 'login',
  method: 'POST',
  path: '/auth/login',
  tag,
  summary: 'Log in with a password',
  access: 'anyone',
  body: z.object({ login: z.string().min(1).max(200), password: z.string().min(1).max(1000) }),
  status: 200,
  result: data(TokenResponse),
} as const satisfies Operation;

export const refresh = {
  id: 'refresh',
  method: 'POST',
  path: '/auth/refresh',
  tag,
  summary: 'Trade a refresh token for new tokens; a second use ends its family',
  access: 'anyone',
  body: z.object({ refresh_token: z.string().min(1).max(4000) }),
  status: 200,
  result: data(TokenResponse),
} as const satisfies Operation;

export const getCurrentUser = {
  id: 'getCurrentUser',
  method: 'GET',
  path: '/auth/me',
  tag,
  summary: 'Who am I, and what may I do',
  access: { tokens: ['identity'], permission: null },
  status: 200,
  result: data(CurrentUser),
} as const satisfies Operation;

export const updateCurrentUser = {
  id: 'updateCurrentUser',
  method: 'PUT',
  path: '/auth/me',
  tag,
  summary: 'Change what I am called',
  access: { tokens: ['identity'], permission: null },
  body: z.object({
    display_name: z
      .string()
      .trim()
      .max(200)
      .nullish()
      .describe('Null or empty: the login alone. Left out: as it is.'),
  }),
  status: 200,
  result: data(CurrentUser),
} as const satisfies Operation;

export const changePassword = {
  id: 'changePassword',
  method: 'POST',
  path: '/auth/change-password',
  tag,
  summary: 'Change my password; every other session ends',
  access: { tokens: ['identity'], permission: null },
  body: z.object({
    current_password: z.string().max(1000),
    new_password: z.string().min(12).max(1000),
  }),
  status: 200,
  result: data(z.object({ success: z.boolean(), message: z.string() })),
} as const satisfies Operation;

export const getAuthSettings = {
  id: 'getAuthSettings',
  method: 'GET',
  path: '/auth/settings',
  tag,
  summary: 'How one can log in here',
  access: 'anyone',
  status: 200,
  result: data(
    z.object({
      authentication_enabled: z.boolean(),
      local_password_enabled: z.boolean(),
      local_password_visible_by_default: z.boolean(),
      oidc_enabled: z.boolean(),
      oidc_visible_by_default: z.boolean(),
      ldap_enabled: z.boolean(),
      ldap_visible_by_default: z.boolean(),
      self_registration_enabled: z.boolean(),
    }),
  ),
} as const satisfies Operation;

export const authOperations = [
  login,
  refresh,
  getCurrentUser,
  updateCurrentUser,
  changePassword,
  getAuthSettings,
] as const;
