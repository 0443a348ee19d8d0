import { isJsonObject, type JsonObject, type JsonValue } from '#lib/domain/json.ts';
import { mergeSecrets, nameOfSecret, type SecretValue } from '#lib/domain/param-schema.ts';
import { type NamedSecret, secretsFromValue } from '#lib/domain/masking/index.ts';
import { resolveKeys } from '#lib/domain/templates.ts';
import type { ClaimedAttempt } from '#server/executions/claim.ts';
import { SECRET_CONFIG_PURPOSE } from '#server/executions/runnable-action.ts';
import { decrypt } from '#server/secrets/cipher.ts';
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
  const sealed = attempt.secret_config === null ? [] : openSecrets(attempt.secret_config);
  const config = mergeSecrets(attempt.config, sealed);
  const refs = resolveKeys(config, () => undefined).missing;
  const keys =
    refs.length === 0 ? new Map<string, JsonValue>() : await secrets.resolveKeys(refs, reader);
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

type Sealed = Pick<SecretValue, 'steps' | 'value'>;

function openSecrets(stored: Buffer): readonly Sealed[] {
  const { key_id: keyId, ciphertext } = JSON.parse(stored.toString('utf8')) as {
    key_id: string;
    ciphertext: string;
  };
  const value = decrypt(Buffer.from(ciphertext, 'base64'), keyId, SECRET_CONFIG_PURPOSE);
  // Executions that an older version asked for: secrets by the name of their parameter, at the top only.
  if (isJsonObject(value))
    return Object.entries(value).map(([name, secret]) => ({ steps: [name], value: secret }));
  return (value as [SecretValue['steps'], JsonValue][]).map(([steps, secret]) => ({
    steps,
    value: secret,
  }));
}
