import { getAuthSettings } from '#lib/contracts/auth.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getAuthSettings, async () => ({
  data: {
    authentication_enabled: true,
    local_password_enabled: true,
    local_password_visible_by_default: true,
    oidc_enabled: false,
    oidc_visible_by_default: false,
    ldap_enabled: false,
    ldap_visible_by_default: false,
    self_registration_enabled: false,
  },
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getAuthSettings);
