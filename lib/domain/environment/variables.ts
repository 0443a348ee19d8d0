/** A variable as the documents describe it; tables there are checked against these. */
export interface VariableDoc {
  /** `LC_*` and `ATTUNE_SENSOR_CONFIG_<KEY>` stand for a family. */
  readonly name: string;
  readonly type: 'string' | 'integer' | 'path' | 'url' | 'json';
  readonly when: string;
  readonly description: string;
  /** The variable of the other side that means the same. */
  readonly counterpart?: string;
}

const BASELINE: readonly VariableDoc[] = [
  { name: 'PATH', type: 'string', when: 'always', description: "The worker's search path", counterpart: 'PATH' },
  { name: 'HOME', type: 'path', when: 'always', description: 'A private directory', counterpart: 'HOME' },
  { name: 'USER', type: 'string', when: 'always', description: 'The name of the user it runs as', counterpart: 'USER' },
  { name: 'PWD', type: 'path', when: 'always', description: 'The working directory', counterpart: 'PWD' },
  { name: 'LANG', type: 'string', when: 'always', description: "The worker's locale", counterpart: 'LANG' },
  { name: 'TMPDIR', type: 'path', when: 'always', description: 'A private directory for temporary files', counterpart: 'TMPDIR' },
  { name: 'TZ', type: 'string', when: 'if the worker has it', description: "The worker's time zone", counterpart: 'TZ' },
  { name: 'LC_*', type: 'string', when: 'if the worker has them', description: "The worker's locale categories", counterpart: 'LC_*' },
];

/** What an action finds in its environment. */
export const ACTION_VARIABLES: readonly VariableDoc[] = [
  { name: 'ATTUNE_ACTION', type: 'string', when: 'always', description: 'Action ref', counterpart: 'ATTUNE_SENSOR_REF' },
  { name: 'ATTUNE_EXEC_ID', type: 'integer', when: 'always', description: 'Execution id', counterpart: 'ATTUNE_SENSOR_ID' },
  { name: 'ATTUNE_API_URL', type: 'url', when: 'always', description: 'Base URL of the API, no trailing slash', counterpart: 'ATTUNE_API_URL' },
  { name: 'ATTUNE_API_TOKEN', type: 'string', when: 'always', description: 'Token of this attempt; dies with it', counterpart: 'ATTUNE_API_TOKEN' },
  { name: 'ATTUNE_RULE', type: 'string', when: 'only if a rule asked for it', description: 'Rule ref' },
  { name: 'ATTUNE_TRIGGER', type: 'string', when: 'only if an event caused it', description: 'Trigger ref' },
  { name: 'ATTUNE_PACK_REF', type: 'string', when: 'always', description: 'Pack of the action', counterpart: 'ATTUNE_PACK_REF' },
  { name: 'ATTUNE_ATTEMPT', type: 'integer', when: 'always', description: 'Number of the attempt: 1, 2, …' },
  { name: 'ATTUNE_TRACE_TAG', type: 'string', when: 'if set', description: 'Correlation tag of the whole chain' },
  { name: 'ATTUNE_ARTIFACTS_DIR', type: 'path', when: 'always', description: 'Directory for artifacts' },
  { name: 'ATTUNE_RUNTIME_ENVS_DIR', type: 'path', when: 'always', description: 'Root of the environments of packs' },
  { name: 'ATTUNE_PARAMETER_DELIVERY', type: 'string', when: 'always', description: '`stdin` or `file`' },
  { name: 'ATTUNE_PARAMETER_FORMAT', type: 'string', when: 'always', description: '`json`, `dotenv` or `yaml`' },
  { name: 'ATTUNE_PARAMETER_FILE', type: 'path', when: 'delivery `file`', description: 'The parameters; mode 0400, gone after the run', counterpart: 'ATTUNE_SENSOR_CONFIG_<KEY>' },
  ...BASELINE,
];

/** What a sensor finds in its environment. */
export const SENSOR_VARIABLES: readonly VariableDoc[] = [
  { name: 'ATTUNE_SENSOR_ID', type: 'integer', when: 'always', description: 'Sensor id', counterpart: 'ATTUNE_EXEC_ID' },
  { name: 'ATTUNE_SENSOR_REF', type: 'string', when: 'always', description: 'Sensor ref', counterpart: 'ATTUNE_ACTION' },
  { name: 'ATTUNE_API_URL', type: 'url', when: 'always', description: 'Base URL of the API, no trailing slash', counterpart: 'ATTUNE_API_URL' },
  { name: 'ATTUNE_API_TOKEN', type: 'string', when: 'always', description: 'Token of this sensor process', counterpart: 'ATTUNE_API_TOKEN' },
  { name: 'ATTUNE_PACK_REF', type: 'string', when: 'always', description: 'Pack of the sensor', counterpart: 'ATTUNE_PACK_REF' },
  { name: 'ATTUNE_SENSOR_TRIGGERS', type: 'json', when: 'always', description: 'Active rules: `[{"id", "ref", "trigger_ref", "config"}]`; `[]` above 96 KiB' },
  { name: 'ATTUNE_SENSOR_TRIGGERS_FILE', type: 'path', when: 'list above 96 KiB', description: 'The file that holds the list' },
  { name: 'ATTUNE_SENSOR_TRIGGER_TYPES', type: 'json', when: 'always', description: 'Refs of the triggers it may fire' },
  { name: 'ATTUNE_SENSOR_CONFIG_<KEY>', type: 'string', when: 'one per config value', description: 'Config of the sensor, upper-cased key', counterpart: 'ATTUNE_PARAMETER_FILE' },
  { name: 'ATTUNE_MQ_URL', type: 'url', when: 'unless the manifest says `mq: false`', description: "WebSocket of the message queue's gateway" },
  { name: 'ATTUNE_MQ_EXCHANGE', type: 'string', when: 'always', description: 'Name under which events are published, `attune.events`' },
  { name: 'ATTUNE_NOTIFIER_WS_URL', type: 'url', when: 'always', description: 'WebSocket that tells rule changes' },
  { name: 'ATTUNE_LOG_LEVEL', type: 'string', when: 'always', description: '`debug`, `info`, `warn` or `error`' },
  { name: 'ATTUNE_SENSOR_TOKEN_STATE_PATH', type: 'path', when: 'always', description: '0600 file with the current token, rewritten at each rotation' },
  ...BASELINE,
];
