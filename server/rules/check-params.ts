import type { JsonObject, JsonValue } from '#lib/domain/json.ts';
import {
  applyParamSchema,
  type Formats,
  type ParamField,
  type ParamSchema,
  parseParamSchema,
  splitSecrets,
} from '#lib/domain/param-schema.ts';
import { listTemplatePaths, renderTemplates } from '#lib/domain/templates.ts';
import type { ErrorDetail } from '#lib/errors.ts';

/** Nothing but the texts themselves is looked at: no event is at hand. */
const NO_EVENT = { event: null, pack: { config: {} }, system: {} };

/** What is wrong with the parameters that a rule gives its trigger. */
export function problemsOfTriggerParams(
  schema: unknown,
  params: JsonObject,
  at: string,
  formats: Formats,
): ErrorDetail[] {
  const parsed = parseParamSchema(schema);
  if (!parsed.ok) return [];
  const applied = applyParamSchema(parsed.schema, params, 'the trigger', formats);
  const problems = applied.ok ? [] : applied.problems.map((problem) => below(at, problem));
  return [
    ...problems,
    ...problemsOfSecrets(
      parsed.schema,
      params,
      at,
      (value) => value === '',
      'store it as a key of the sensor, which reads it there, and write `{{ key.<its ref> }}`',
    ),
  ];
}

/**
 * What is wrong with the parameters of a rule's action, as far as it can be known before an event comes: templates
 * that cannot be read, and values without templates that do not fit.
 */
export function problemsOfActionParams(
  schema: unknown,
  params: JsonObject,
  at: string,
): ErrorDetail[] {
  const problems = renderTemplates(params, NO_EVENT).problems.map((problem) => below(at, problem));
  const parsed = parseParamSchema(schema);
  if (!parsed.ok) return problems;
  const isFixed = (name: string) => listTemplatePaths(params[name] ?? null).length === 0;
  const fixedFields = pick(parsed.schema, isFixed);
  const applied = applyParamSchema(fixedFields, pick(params, isFixed));
  if (!applied.ok) problems.push(...applied.problems.map((problem) => below(at, problem)));
  return [
    ...problems,
    ...problemsOfSecrets(
      parsed.schema,
      params,
      at,
      isRendered,
      'store it as a key and write `{{ key.<its ref> }}`',
    ),
  ];
}

/** A rule is read by many: what is secret stands in it by reference only. */
const problemsOfSecrets = (
  schema: ParamSchema,
  params: JsonObject,
  at: string,
  isFine: (value: JsonValue) => boolean,
  advice: string,
): ErrorDetail[] =>
  splitSecrets(schema, params)
    .secrets.filter(({ value }) => !isFine(value))
    .map(({ path }) => below(at, { path, message: `is secret: ${advice}` }));

/** Nothing but templates: text beside them could be the secret, or the rest of it. */
function isRendered(value: JsonValue): boolean {
  if (typeof value === 'string') return value.replaceAll(/\{\{[^{}]*\}\}/g, '').trim() === '';
  if (typeof value !== 'object' || value === null) return value === null;
  return Object.values(value).every(isRendered);
}

const below = (at: string, { path, message }: ErrorDetail): ErrorDetail => ({
  path: path === '' ? at : `${at}.${path}`,
  message,
});

const pick = <T extends ParamField | JsonObject[string]>(
  from: Readonly<Record<string, T>>,
  wanted: (name: string) => boolean,
): Record<string, T> => Object.fromEntries(Object.entries(from).filter(([name]) => wanted(name)));
