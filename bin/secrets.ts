import secretNames from './secret-names.json' with { type: 'json' };

/** Settings that must never stand in an environment or in arguments, where any process of this user can read them. */
export const SECRET_NAMES: readonly string[] = secretNames;

/** Where `server/config.ts` looks before it looks into the environment. */
const HANDED_OVER = Symbol.for('attune.secrets');

export type Secrets = Record<string, string>;

/** The secrets of this process; they are kept beside the environment, so that no child inherits them by accident. */
export function secrets(): Secrets {
  return (Reflect.get(globalThis, HANDED_OVER) as Secrets | undefined) ?? {};
}

/** Adds secrets; later ones win. */
export function addSecrets(more: Secrets): void {
  Reflect.set(globalThis, HANDED_OVER, { ...secrets(), ...more });
}

/** Takes the secrets out of an environment. */
export function splitSecrets(env: NodeJS.Dict<string>): {
  secrets: Secrets;
  rest: NodeJS.ProcessEnv;
} {
  const isSecret = ([name, value]: [string, string | undefined]) =>
    SECRET_NAMES.includes(name) && value !== undefined && value !== '';
  const entries = Object.entries(env);
  return {
    secrets: Object.fromEntries(entries.filter(isSecret)) as Secrets,
    rest: Object.fromEntries(
      entries.filter(([name]) => !SECRET_NAMES.includes(name)),
    ) as unknown as NodeJS.ProcessEnv,
  };
}
