import type { Permission } from '#lib/contracts/operation.ts';
import { allows, type Grant, type PermissionTarget } from '#lib/domain/permissions.ts';
import { AppError } from '#lib/errors.ts';
import type { Restriction } from './restriction.ts';

/** A person or an integration. */
export interface IdentityActor {
  readonly kind: 'identity';
  readonly identityId: number;
  readonly login: string;
  readonly grants: readonly Grant[];
  readonly via: 'session' | 'access' | 'api_token';
  /** Which one, when it is an API token. */
  readonly apiTokenId?: number;
  /** What bounds it, when it is restricted; its grants are within. */
  readonly restriction?: Restriction;
  readonly address: string | null;
}

/** One attempt of one execution, by its token. */
export interface ExecutionActor {
  readonly kind: 'execution';
  readonly jti: string;
  readonly executionId: number;
  readonly attemptId: number;
  readonly identityId: number | null;
  readonly actionRef: string;
  readonly packRef: string;
  readonly scopes: readonly string[];
  /** What the permission sets of the run add to its standard scope. */
  readonly grants: readonly Grant[];
  /** What bounds it, when a restricted API token asked for it; its grants are within. */
  readonly restriction?: Restriction;
  readonly address: string | null;
}

/** One sensor process, by its token. */
export interface SensorActor {
  readonly kind: 'sensor';
  readonly jti: string;
  readonly sensorId: number;
  readonly sensorRef: string;
  readonly packRef: string;
  readonly triggerRefs: readonly string[];
  readonly address: string | null;
}

/** The platform itself: bootstrap, maintenance, a webhook that proved its key. */
export interface SystemActor {
  readonly kind: 'system';
  readonly name: string;
}

export type Actor = IdentityActor | ExecutionActor | SensorActor | SystemActor;

/** How an actor is called in records: a login, `execution:17`, `sensor:core.timer_sensor`. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'identity':
      return actor.login;
    case 'execution':
      return `execution:${actor.executionId}`;
    case 'sensor':
      return `sensor:${actor.sensorRef}`;
    case 'system':
      return actor.name;
  }
}

/**
 * What is asked about as a whole and never thing by thing. A grant with constraints would open all of it, so it opens
 * nothing.
 */
const ASKED_AS_A_WHOLE = new Set([
  'executions',
  'events',
  'enforcements',
  'audit_log',
  'retention',
]);

/** For a target of which nothing is known: only a grant without constraints holds. */
export const ALL: PermissionTarget = {};

/** Whether the actor holds a permission, for this target or (without one) at all. */
export function can(actor: Actor, permission: Permission, about?: PermissionTarget): boolean {
  const [resource = '', action = ''] = permission.split(':');
  const target = about ?? (ASKED_AS_A_WHOLE.has(resource) ? ALL : undefined);
  switch (actor.kind) {
    case 'system':
      return true;
    case 'sensor':
      return false;
    case 'identity':
    case 'execution':
      return allows(actor.grants, { resource, action, ...(target && { target }) });
  }
}

/** @throws AppError `FORBIDDEN` that names the missing permission */
export function authorize(actor: Actor, permission: Permission, target?: PermissionTarget): void {
  if (!can(actor, permission, target)) throw forbidden(permission);
}

export const forbidden = (permission: string): AppError =>
  new AppError(
    'FORBIDDEN',
    `You need the permission '${permission}'. An administrator can grant it.`,
    {
      details: { permission },
    },
  );
