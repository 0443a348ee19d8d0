import { actionOperations } from './actions.ts';
import { auditOperations } from './audit.ts';
import { authOperations } from './auth.ts';
import { changeOperations } from './changes.ts';
import { demoOperations } from './demo.ts';
import { enforcementOperations } from './enforcements.ts';
import { eventOperations } from './events.ts';
import { executionOperations } from './executions.ts';
import { healthOperations } from './health.ts';
import { identityOperations } from './identities.ts';
import { integrationTokenOperations } from './integration-tokens.ts';
import { keyOperations } from './keys.ts';
import type { Operation } from './operation.ts';
import { packOperations } from './packs.ts';
import { permissionOperations } from './permissions.ts';
import { retentionOperations } from './retention.ts';
import { ruleOperations } from './rules.ts';
import { searchOperations } from './search.ts';
import { sensorOperations } from './sensors.ts';
import { triggerOperations } from './triggers.ts';
import { webhookOperations } from './webhooks.ts';
import { workerOperations } from './workers.ts';

/** Everything that the API can do. */
export const operations: readonly Operation[] = [
  ...healthOperations,
  ...authOperations,
  ...identityOperations,
  ...integrationTokenOperations,
  ...permissionOperations,
  ...packOperations,
  ...actionOperations,
  ...triggerOperations,
  ...webhookOperations,
  ...sensorOperations,
  ...ruleOperations,
  ...eventOperations,
  ...enforcementOperations,
  ...executionOperations,
  ...keyOperations,
  ...workerOperations,
  ...auditOperations,
  ...retentionOperations,
  ...searchOperations,
  ...changeOperations,
  ...demoOperations,
];
