import { isJsonObject, type JsonObject, type JsonValue } from '#lib/domain/json.ts';
import { mergeSecrets, nameOfSecret } from '#lib/domain/param-schema.ts';
import { type NamedSecret, secretsFromValue } from '#lib/domain/masking/index.ts';
import { resolveKeys } from '#lib/domain/templates.ts';
import type { ClaimedAttempt } from '#server/executions/claim.ts';
import { openParameters } from '#server/executions/secret-config.ts';
import { mayUseOwnersKeys } from '#server/auth/restriction.ts';
import * as secrets from '#server/secrets/resolve.ts';

export interface DeliveredParameters {
  readonly ok: true;
  readonly values: JsonObject;
  /** Every secret that the process gets or could read, to be masked in what it says. */
  readonly secrets: readonly NamedSecret[];
}

/** Why a run cannot get its parameters. */
export interface MissingKeys {
  readonly ok: false;
  readonly error: string;
}

/** Puts the values of secret parameters and of keys where they belong; for the process and for nobody else. */
export async function deliverParameters(
  attempt: ClaimedAttempt,
): Promise<DeliveredParameters | MissingKeys> {
  const owner = {
    identityId: attempt.identity_id,
    packRef: attempt.pack_ref,
    actionRef: attempt.action_ref,
  };
  // Masked is all that the owner has, restricted or not.
  const reader = {
    ...owner,
    identityId: mayUseOwnersKeys(attempt.bounds) ? owner.identityId : null,
  };
  const sealed = openParameters(attempt.secret_config);
  const config = mergeSecrets(attempt.config, sealed);
  const refs = resolveKeys(config, () => undefined).missing;
  const keys =
    refs.length === 0
      ? new Map<string, JsonValue>()
      : await secrets.resolveKeys(refs, reader, { executionId: attempt.execution_id });
  const resolved = resolveKeys(config, (ref) => keys.get(ref));
  if (resolved.missing.length > 0) {
    return {
      ok: false,
      error: `The key '${resolved.missing[0]}' is not there, or not for ${attempt.action_ref}. Create it, or change the parameter.`,
    };
  }
  return {
    ok: true,
    values: isJsonObject(resolved.value) ? resolved.value : {},
    secrets: [
      ...(await secrets.knownSecretsFor(owner)),
      ...[...keys].flatMap(([name, value]) => secretsFromValue(name, value)),
      ...sealed.flatMap(({ steps, value }) =>
        secretsFromValue(`parameter ${nameOfSecret(steps)}`, value),
      ),
    ],
  };
}
