import type { NamedSecret } from '../masking/index.ts';
import { type BuiltEnvironment, Layers, type RuntimeVariable } from './layers.ts';

/** `PATH`, `LANG` and, where the worker has them, `TZ` and `LC_*`. */
export type BaselineVariables = Readonly<Record<string, string | undefined>>;

export interface ActionEnvironmentInput {
  readonly baseline: BaselineVariables;
  /** What the operator passes on by `ACTION_ENV_PASSTHROUGH`. */
  readonly operator: Readonly<Record<string, string>>;
  readonly runtime: readonly RuntimeVariable[];
  /** The action's own `env`. */
  readonly declared: Readonly<Record<string, string>>;
  /** The request's `env_vars`. */
  readonly requested: Readonly<Record<string, string>>;
  readonly standard: {
    readonly actionRef: string;
    readonly executionId: number;
    readonly apiUrl: string;
    readonly token: string;
    readonly ruleRef: string | null;
    readonly triggerRef: string | null;
    readonly packRef: string;
    readonly attempt: number;
    readonly traceTag: string | null;
    readonly artifactsDir: string;
    readonly runtimeEnvsDir: string;
    readonly parameterDelivery: string;
    readonly parameterFormat: string;
    /** Null unless the delivery is `file`. */
    readonly parameterFile: string | null;
  };
  readonly home: string;
  readonly tmpdir: string;
  readonly user: string;
  readonly cwd: string;
  readonly secrets: readonly NamedSecret[];
}

/** The whole environment of one attempt, from nothing; later layers win, the standard variables last. */
export function buildActionEnvironment(input: ActionEnvironmentInput): BuiltEnvironment {
  const { standard } = input;
  const layers = new Layers();
  layers.set('baseline', withoutEmpty(input.baseline));
  layers.set('operator', input.operator);
  layers.runtime(input.runtime);
  layers.setAllowed('action', input.declared);
  layers.setAllowed('request', input.requested);
  layers.set('standard', {
    ATTUNE_ACTION: standard.actionRef,
    ATTUNE_EXEC_ID: String(standard.executionId),
    ATTUNE_API_URL: standard.apiUrl,
    ATTUNE_API_TOKEN: standard.token,
    ATTUNE_RULE: orUnset(standard.ruleRef),
    ATTUNE_TRIGGER: orUnset(standard.triggerRef),
    ATTUNE_PACK_REF: standard.packRef,
    ATTUNE_ATTEMPT: String(standard.attempt),
    ATTUNE_TRACE_TAG: orUnset(standard.traceTag),
    ATTUNE_ARTIFACTS_DIR: standard.artifactsDir,
    ATTUNE_RUNTIME_ENVS_DIR: standard.runtimeEnvsDir,
    ATTUNE_PARAMETER_DELIVERY: standard.parameterDelivery,
    ATTUNE_PARAMETER_FORMAT: standard.parameterFormat,
    ATTUNE_PARAMETER_FILE: orUnset(standard.parameterFile),
    HOME: input.home,
    TMPDIR: input.tmpdir,
    USER: input.user,
    PWD: input.cwd,
  });
  return layers.build({ name: 'execution token', value: standard.token }, input.secrets);
}

/** `[ -n "$X" ]` and `"X" in os.environ` must agree, so an empty value is no value. */
export const orUnset = (value: string | null): string | null => (value === '' ? null : value);

export const withoutEmpty = (vars: BaselineVariables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(vars).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
