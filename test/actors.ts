import type { IdentityActor } from '#server/auth/actor.ts';

/** A person who holds exactly these permissions, `resource:action`. */
export function userWho(...permissions: readonly string[]): IdentityActor {
  return {
    kind: 'identity',
    identityId: 1_000,
    login: 'ada',
    grants: permissions.map((permission) => {
      const [resource = '', action = ''] = permission.split(':');
      return { resource, actions: [action] };
    }),
    via: 'access',
    address: null,
  };
}
