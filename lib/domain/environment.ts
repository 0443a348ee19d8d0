import { refusalOfName } from './environment-names.ts';

export { buildActionEnvironment, type ActionEnvironmentInput } from './environment/action.ts';
export type {
  BuiltEnvironment,
  EnvironmentOrigin,
  EnvironmentVariable,
  RuntimeVariable,
} from './environment/layers.ts';
export { buildSensorEnvironment, type SensorEnvironmentInput } from './environment/sensor.ts';
export { ACTION_VARIABLES } from './environment/action-variables.ts';
export { SENSOR_VARIABLES } from './environment/sensor-variables.ts';
export type { VariableDoc } from './environment/variable-docs.ts';

/** The kernel takes 128 KiB for one variable; ours has to fit with its name. */
export const ENV_VALUE_BYTES_MAX = 96 * 1024;
export const ENV_TOTAL_BYTES_MAX = 1024 * 1024;

export interface RefusedVariable {
  readonly name: string;
  readonly reason: string;
}

export type EnvVarsCheck =
  | { readonly ok: true }
  | { readonly ok: false; readonly refused: RefusedVariable[] };

/** Whether a request's `env_vars` or an action's declared `env` may be set as they are. */
export function checkEnvVars(vars: Readonly<Record<string, string>>): EnvVarsCheck {
  const refused: RefusedVariable[] = [];
  let totalBytes = 0;
  for (const [name, value] of Object.entries(vars)) {
    const bytes = utf8Length(value);
    totalBytes += utf8Length(name) + bytes + 2;
    const reason = refusalOfName(name) ?? refusalOfValue(name, value, bytes);
    if (reason !== null) refused.push({ name, reason });
  }
  if (totalBytes > ENV_TOTAL_BYTES_MAX) {
    const reason = `The environment is ${totalBytes} bytes; a process takes ${ENV_TOTAL_BYTES_MAX}. Pass large values as parameters.`;
    refused.push({ name: largestOf(vars), reason });
  }
  return refused.length === 0 ? { ok: true } : { ok: false, refused };
}

function refusalOfValue(name: string, value: string, bytes: number): string | null {
  if (value.includes('\0')) {
    return `\`${name}\` cannot be set: its value holds the character U+0000.`;
  }
  if (!value.isWellFormed()) {
    return `\`${name}\` cannot be set: its value holds half of a surrogate pair.`;
  }
  if (bytes > ENV_VALUE_BYTES_MAX) {
    return `\`${name}\` is ${bytes} bytes; a variable takes ${ENV_VALUE_BYTES_MAX}. Pass it as a parameter.`;
  }
  return null;
}

const largestOf = (vars: Readonly<Record<string, string>>): string =>
  Object.entries(vars).reduce((a, b) => (b[1].length > a[1].length ? b : a), ['', ''])[0];

const encoder = new TextEncoder();
const utf8Length = (text: string): number => encoder.encode(text).length;

export interface ApiAddress {
  /** `ATTUNE_API_URL` of the configuration; null or empty: host and port. */
  readonly configured: string | null;
  readonly host: string;
  readonly port: number;
}

/** The base URL that actions and sensors are given: no trailing slash, never a wildcard address. */
export function resolveApiUrl({ configured, host, port }: ApiAddress): string {
  if (configured) return configured.trim().replace(/\/+$/, '');
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (bare === '' || bare === '0.0.0.0' || /^[0:]+$/.test(bare)) return `http://127.0.0.1:${port}`;
  return `http://${bare.includes(':') ? `[${bare}]` : bare}:${port}`;
}
