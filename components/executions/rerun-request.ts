import type { SchemaField } from '#components/forms/schema-fields.ts';
import type { Execution } from '#lib/contracts/executions.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '#lib/domain/json.ts';
import { splitMasks } from '#lib/masks.ts';
import { createExecution } from '#lib/endpoints.ts';

type Asked = Pick<Execution, 'id' | 'action_ref' | 'config' | 'env_vars'>;

/** Parameters of a run, told apart: those that anybody may read, and those that hold a secret somewhere. */
interface KnownParameters {
  readonly open: JsonObject;
  readonly secret: readonly string[];
}

/** A reference to a key is no secret: it is a template, and stays one. */
export function knownParameters(config: JsonObject): KnownParameters {
  const entries = Object.entries(config);
  return {
    open: Object.fromEntries(entries.filter(([, value]) => !holdsMask(value))),
    secret: entries.flatMap(([name, value]) => (holdsMask(value) ? name : [])),
  };
}

function holdsMask(value: JsonValue): boolean {
  if (typeof value === 'string') return splitMasks(value).some(({ kind }) => kind === 'mask');
  if (Array.isArray(value)) return value.some(holdsMask);
  return isJsonObject(value) && Object.values(value).some(holdsMask);
}

/**
 * The command that asks for a run once more. Nothing in it is secret: the token is taken from the shell that runs it,
 * and secret parameters come along from the run that it names.
 */
export function curlOf(origin: string, { id, action_ref, config, env_vars: env }: Asked): string {
  const body = {
    action_ref,
    rerun_of: id,
    parameters: knownParameters(config).open,
    ...(Object.keys(env).length > 0 && !holdsMask(env) && { env_vars: env }),
  };
  return [
    `curl -X POST ${quoted(`${origin}${createExecution.path}`)}`,
    `-H "Authorization: Bearer $ATTUNE_TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(body, null, 2))}`,
  ].join(' \\\n  ');
}

/** For a shell: nothing in it means anything. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What a form asks for in the place of what a run was given: what is missing in it is taken away, and not inherited. */
export const changedParameters = (config: JsonObject, values: JsonObject): JsonObject => ({
  ...Object.fromEntries(
    Object.keys(knownParameters(config).open)
      .filter((name) => !Object.hasOwn(values, name))
      .map((name) => [name, null]),
  ),
  ...values,
});

/** Fields of which a secret comes along when they are left empty need not be filled in. */
export const withKept = (
  fields: readonly SchemaField[],
  secret: readonly string[],
): readonly SchemaField[] =>
  fields.map((field) => (secret.includes(field.name) ? { ...field, required: false } : field));
