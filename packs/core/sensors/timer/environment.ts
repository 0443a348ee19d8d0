import { readFileSync } from 'node:fs';
import { isRecord, parseJson, type Json } from './json.ts';
import { readRule, type Rule } from './rule.ts';

export type Environment = {
  readonly sensorRef: string;
  readonly apiUrl: string;
  readonly gatewayUrl: string | null;
  readonly exchange: string;
  readonly triggerRefs: readonly string[];
  readonly rules: readonly Rule[];
  readonly checkIntervalMs: number;
  readonly logLevel: string | undefined;
  /** The current token: it may be rotated, so it is read whenever it is needed. */
  readonly token: () => string;
};

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Error that names the variable which is missing */
export function readEnvironment(variables: Variables): Environment {
  const rules = readRules(variables);
  return {
    sensorRef: variables['ATTUNE_SENSOR_REF'] ?? 'core.timer_sensor',
    apiUrl: required(variables, 'ATTUNE_API_URL').replace(/\/+$/, ''),
    gatewayUrl: gatewayUrl(variables),
    exchange: variables['ATTUNE_MQ_EXCHANGE'] ?? 'attune.events',
    triggerRefs: readTriggerRefs(variables, rules),
    rules,
    checkIntervalMs: readSeconds(variables['ATTUNE_SENSOR_CONFIG_CHECK_INTERVAL_SECONDS']) * 1000,
    logLevel: variables['ATTUNE_LOG_LEVEL'],
    token: () => readToken(variables),
  };
}

function required(variables: Variables, name: string): string {
  const value = variables[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(`the variable '${name}' is not set; this program is started by the platform`);
}

/** Old platforms put the address of an AMQP broker into `ATTUNE_MQ_URL`, which we do not speak. */
function gatewayUrl(variables: Variables): string | null {
  const urls = [variables['ATTUNE_NOTIFIER_WS_URL'], variables['ATTUNE_MQ_URL']];
  return urls.find((url) => url !== undefined && /^wss?:\/\//.test(url)) ?? null;
}

/** The list itself, or, when it is too long for a variable, the file that holds it. */
function readRules(variables: Variables): Rule[] {
  const file = variables['ATTUNE_SENSOR_TRIGGERS_FILE'];
  const text = file === undefined ? undefined : readOrNull(file);
  const entries = parseJson(text ?? variables['ATTUNE_SENSOR_TRIGGERS'] ?? '[]');
  return toList(entries).flatMap((entry) => readRule(entry) ?? []);
}

function readTriggerRefs(variables: Variables, rules: readonly Rule[]): string[] {
  const text = variables['ATTUNE_SENSOR_TRIGGER_TYPES'] ?? '[]';
  const parsed = parseJson(text);
  const listed = parsed === undefined ? text.split(',') : toList(parsed);
  const refs = listed.flatMap((ref) => (typeof ref === 'string' && ref.trim() ? [ref.trim()] : []));
  return [...new Set(refs.length > 0 ? refs : rules.map(({ triggerRef }) => triggerRef))];
}

function readSeconds(text: string | undefined): number {
  const seconds = Number(text ?? 1);
  return Number.isFinite(seconds) ? Math.min(60, Math.max(1, seconds)) : 1;
}

/** From the state file, which is rewritten at each rotation; before the first, from the variable. */
function readToken(variables: Variables): string {
  const file = variables['ATTUNE_SENSOR_TOKEN_STATE_PATH'];
  const text = file === undefined ? null : readOrNull(file);
  const state = text === null ? undefined : parseJson(text);
  const token = isRecord(state) ? (state['token'] ?? state['api_token']) : undefined;
  if (typeof token === 'string' && token !== '') return token;
  return variables['ATTUNE_API_TOKEN'] ?? '';
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

const toList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
