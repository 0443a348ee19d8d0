import type { Method, Operation, OperationCall, OperationResult } from './contracts/operation.ts';
import type * as actions from './contracts/actions.ts';
import type * as demo from './contracts/demo.ts';
import type * as events from './contracts/events.ts';
import type * as executions from './contracts/executions.ts';
import type * as identities from './contracts/identities.ts';
import type * as integrationTokens from './contracts/integration-tokens.ts';
import type * as keys from './contracts/keys.ts';
import type * as packs from './contracts/packs.ts';
import type * as permissions from './contracts/permissions.ts';
import type * as rules from './contracts/rules.ts';
import type * as search from './contracts/search.ts';
import type * as sensors from './contracts/sensors.ts';
import type * as triggers from './contracts/triggers.ts';
import type * as webhooks from './contracts/webhooks.ts';
import type * as workers from './contracts/workers.ts';

/** Where an operation is; the types of what goes in and comes out are the operation's. */
export interface Endpoint<Input, Result> {
  readonly method: Method;
  readonly path: string;
  /** Never there: it ties the types to the place. */
  readonly types?: { readonly input: Input; readonly result: Result };
}

/** A method or a path that the contract does not have does not compile. */
const at = <O extends Operation>(
  method: O['method'],
  path: O['path'],
): Endpoint<OperationCall<O['params'], O['query'], O['body']>, OperationResult<O>> => ({
  method,
  path,
});

// What pages call. A page that took the operations themselves would load every schema of the contract with them.
export const getAction = at<typeof actions.getAction>('GET', '/api/v1/actions/{ref}');
export const removeDemo = at<typeof demo.removeDemo>('DELETE', '/api/v1/demo');
export const startDemo = at<typeof demo.startDemo>('POST', '/api/v1/demo');
export const getEvent = at<typeof events.getEvent>('GET', '/api/v1/events/{id}');
export const listEvents = at<typeof events.listEvents>('GET', '/api/v1/events');
export const cancelExecution = at<typeof executions.cancelExecution>(
  'POST',
  '/api/v1/executions/{id}/cancel',
);
export const createExecution = at<typeof executions.createExecution>('POST', '/api/v1/executions');
export const revokeExecutionToken = at<typeof executions.revokeExecutionToken>(
  'POST',
  '/api/v1/executions/{id}/token/revoke',
);
export const createIdentity = at<typeof identities.createIdentity>('POST', '/api/v1/identities');
export const createIdentityRole = at<typeof identities.createIdentityRole>(
  'POST',
  '/api/v1/identities/{id}/roles',
);
export const deleteIdentityRole = at<typeof identities.deleteIdentityRole>(
  'DELETE',
  '/api/v1/identities/roles/{id}',
);
export const freezeIdentity = at<typeof identities.freezeIdentity>(
  'POST',
  '/api/v1/identities/{id}/freeze',
);
export const unfreezeIdentity = at<typeof identities.unfreezeIdentity>(
  'POST',
  '/api/v1/identities/{id}/unfreeze',
);
export const createIntegrationToken = at<typeof integrationTokens.createIntegrationToken>(
  'POST',
  '/api/v1/identities/{id}/integration-tokens',
);
export const revokeIntegrationToken = at<typeof integrationTokens.revokeIntegrationToken>(
  'POST',
  '/api/v1/identities/{id}/integration-tokens/{token_id}/revoke',
);
export const createKey = at<typeof keys.createKey>('POST', '/api/v1/keys');
export const deleteKey = at<typeof keys.deleteKey>('DELETE', '/api/v1/keys/{ref}');
export const getKey = at<typeof keys.getKey>('GET', '/api/v1/keys/{ref}');
export const revealKey = at<typeof keys.revealKey>('POST', '/api/v1/keys/{ref}/reveal');
export const deletePack = at<typeof packs.deletePack>('DELETE', '/api/v1/packs/{ref}');
export const registerPack = at<typeof packs.registerPack>('POST', '/api/v1/packs/register');
export const createPermissionAssignment = at<typeof permissions.createPermissionAssignment>(
  'POST',
  '/api/v1/permissions/assignments',
);
export const deletePermissionAssignment = at<typeof permissions.deletePermissionAssignment>(
  'DELETE',
  '/api/v1/permissions/assignments/{id}',
);
export const createRule = at<typeof rules.createRule>('POST', '/api/v1/rules');
export const deleteRule = at<typeof rules.deleteRule>('DELETE', '/api/v1/rules/{ref}');
export const disableRule = at<typeof rules.disableRule>('POST', '/api/v1/rules/{ref}/disable');
export const enableRule = at<typeof rules.enableRule>('POST', '/api/v1/rules/{ref}/enable');
export const previewRule = at<typeof rules.previewRule>('POST', '/api/v1/rules/preview');
export const updateRule = at<typeof rules.updateRule>('PUT', '/api/v1/rules/{ref}');
export const searchEverything = at<typeof search.searchEverything>('GET', '/api/v1/search');
export const enableSensor = at<typeof sensors.enableSensor>('POST', '/api/v1/sensors/{ref}/enable');
export const restartSensor = at<typeof sensors.restartSensor>(
  'POST',
  '/api/v1/sensors/{ref}/restart',
);
export const startSensor = at<typeof sensors.startSensor>('POST', '/api/v1/sensors/{ref}/start');
export const stopSensor = at<typeof sensors.stopSensor>('POST', '/api/v1/sensors/{ref}/stop');
export const disableTrigger = at<typeof triggers.disableTrigger>(
  'POST',
  '/api/v1/triggers/{ref}/disable',
);
export const enableTrigger = at<typeof triggers.enableTrigger>(
  'POST',
  '/api/v1/triggers/{ref}/enable',
);
export const getTrigger = at<typeof triggers.getTrigger>('GET', '/api/v1/triggers/{ref}');
export const disableWebhook = at<typeof webhooks.disableWebhook>(
  'POST',
  '/api/v1/triggers/{ref}/webhooks/disable',
);
export const enableWebhook = at<typeof webhooks.enableWebhook>(
  'POST',
  '/api/v1/triggers/{ref}/webhooks/enable',
);
export const regenerateWebhookKey = at<typeof webhooks.regenerateWebhookKey>(
  'POST',
  '/api/v1/triggers/{ref}/webhooks/regenerate',
);
export const cordonWorker = at<typeof workers.cordonWorker>('POST', '/api/v1/workers/{id}/cordon');
export const uncordonWorker = at<typeof workers.uncordonWorker>(
  'POST',
  '/api/v1/workers/{id}/uncordon',
);
