import type { JsonObject, JsonValue } from '../json.ts';
import type { NamedSecret } from '../masking/index.ts';
import { type BaselineVariables, orUnset, withoutEmpty } from './action.ts';
import { type BuiltEnvironment, Layers, type RuntimeVariable } from './layers.ts';

/** One active rule, as a sensor reads it. */
export interface SensorTriggerInstance {
  /** The rule's id. */
  readonly id: number;
  /** The rule's ref. */
  readonly ref: string;
  readonly trigger_ref: string;
  /** The rule's trigger parameters. */
  readonly config: JsonObject;
}

export interface SensorEnvironmentInput {
  readonly baseline: BaselineVariables;
  readonly operator: Readonly<Record<string, string>>;
  readonly runtime: readonly RuntimeVariable[];
  readonly standard: {
    readonly sensorId: number;
    readonly sensorRef: string;
    readonly apiUrl: string;
    readonly token: string;
    readonly packRef: string;
    readonly triggers: readonly SensorTriggerInstance[];
    readonly triggerTypes: readonly string[];
    /** Where the list stands when it is too long for a variable. */
    readonly triggersFile: string | null;
    readonly config: JsonObject;
    /** Null when the sensor's manifest switches it off. */
    readonly mqUrl: string | null;
    readonly mqExchange: string;
    readonly notifierWsUrl: string;
    readonly logLevel: string;
    readonly tokenStatePath: string;
  };
  readonly home: string;
  readonly tmpdir: string;
  readonly user: string;
  readonly cwd: string;
  readonly secrets: readonly NamedSecret[];
}

const TRIGGERS_BYTES_MAX = 96 * 1024;

/** True when the list must stand in a file: the kernel refuses a longer variable. */
export function triggersNeedFile(triggers: readonly SensorTriggerInstance[]): boolean {
  return new TextEncoder().encode(JSON.stringify(triggers)).length > TRIGGERS_BYTES_MAX;
}

/** The whole environment of one sensor process, from nothing. */
export function buildSensorEnvironment(input: SensorEnvironmentInput): BuiltEnvironment {
  const { standard } = input;
  const inFile = triggersNeedFile(standard.triggers);
  const layers = new Layers();
  layers.set('baseline', withoutEmpty(input.baseline));
  layers.set('operator', input.operator);
  layers.runtime(input.runtime);
  // First, so that a config key like `id` cannot pose as a variable of ours.
  layers.set('standard', configVariables(standard.config));
  layers.set('standard', {
    ATTUNE_SENSOR_ID: String(standard.sensorId),
    ATTUNE_SENSOR_REF: standard.sensorRef,
    ATTUNE_API_URL: standard.apiUrl,
    ATTUNE_API_TOKEN: standard.token,
    ATTUNE_PACK_REF: standard.packRef,
    ATTUNE_SENSOR_TRIGGERS: inFile ? '[]' : JSON.stringify(standard.triggers),
    ATTUNE_SENSOR_TRIGGERS_FILE: inFile ? orUnset(standard.triggersFile) : null,
    ATTUNE_SENSOR_TRIGGER_TYPES: JSON.stringify(standard.triggerTypes),
    ATTUNE_MQ_URL: orUnset(standard.mqUrl),
    ATTUNE_MQ_EXCHANGE: standard.mqExchange,
    ATTUNE_NOTIFIER_WS_URL: standard.notifierWsUrl,
    ATTUNE_LOG_LEVEL: standard.logLevel,
    ATTUNE_SENSOR_TOKEN_STATE_PATH: standard.tokenStatePath,
    HOME: input.home,
    TMPDIR: input.tmpdir,
    USER: input.user,
    PWD: input.cwd,
  });
  return layers.build({ name: 'sensor token', value: standard.token }, input.secrets);
}

/** `poll-interval` becomes `ATTUNE_SENSOR_CONFIG_POLL_INTERVAL`; text as it is, the rest as JSON. */
function configVariables(config: JsonObject): Record<string, string> {
  const vars: Record<string, string> = {};
  for (const [key, value] of Object.entries(config)) {
    if (value === null) continue;
    const name = key.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
    vars[`ATTUNE_SENSOR_CONFIG_${name}`] = asText(value);
  }
  return vars;
}

const asText = (value: JsonValue): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
