import { BASELINE_VARIABLES, type VariableDoc } from './variable-docs.ts';

/** What a sensor finds in its environment. */
export const SENSOR_VARIABLES: readonly VariableDoc[] = [
  {
    name: 'ATTUNE_SENSOR_ID',
    type: 'integer',
    when: 'always',
    description: 'Sensor id',
    counterpart: 'ATTUNE_EXEC_ID',
  },
  {
    name: 'ATTUNE_SENSOR_REF',
    type: 'string',
    when: 'always',
    description: 'Sensor ref',
    counterpart: 'ATTUNE_ACTION',
  },
  {
    name: 'ATTUNE_API_URL',
    type: 'url',
    when: 'always',
    description: 'Base URL of the API, no trailing slash',
    counterpart: 'ATTUNE_API_URL',
  },
  {
    name: 'ATTUNE_API_TOKEN',
    type: 'string',
    when: 'always',
    description: 'Token of this sensor process',
    counterpart: 'ATTUNE_API_TOKEN',
  },
  {
    name: 'ATTUNE_PACK_REF',
    type: 'string',
    when: 'always',
    description: 'Pack of the sensor',
    counterpart: 'ATTUNE_PACK_REF',
  },
  {
    name: 'ATTUNE_SENSOR_TRIGGERS',
    type: 'json',
    when: 'always',
    description: 'Active rules: `[{"id", "ref", "trigger_ref", "config"}]`; `[]` above 96 KiB',
  },
  {
    name: 'ATTUNE_SENSOR_TRIGGERS_FILE',
    type: 'path',
    when: 'list above 96 KiB',
    description: 'The file that holds the list',
  },
  {
    name: 'ATTUNE_SENSOR_TRIGGER_TYPES',
    type: 'json',
    when: 'always',
    description: 'Refs of the triggers it may fire',
  },
  {
    name: 'ATTUNE_SENSOR_CONFIG_<KEY>',
    type: 'string',
    when: 'one per config value',
    description: 'Config of the sensor, upper-cased key',
    counterpart: 'ATTUNE_PARAMETER_FILE',
  },
  {
    name: 'ATTUNE_MQ_URL',
    type: 'url',
    when: 'unless the manifest says `mq: false`',
    description: "WebSocket of the message queue's gateway",
  },
  {
    name: 'ATTUNE_MQ_EXCHANGE',
    type: 'string',
    when: 'always',
    description: 'Name under which events are published, `attune.events`',
  },
  {
    name: 'ATTUNE_NOTIFIER_WS_URL',
    type: 'url',
    when: 'always',
    description: 'WebSocket that tells rule changes',
  },
  {
    name: 'ATTUNE_LOG_LEVEL',
    type: 'string',
    when: 'always',
    description: '`debug`, `info`, `warn` or `error`',
  },
  {
    name: 'ATTUNE_SENSOR_TOKEN_STATE_PATH',
    type: 'path',
    when: 'always',
    description: '0600 file with the current token, rewritten at each rotation',
  },
  ...BASELINE_VARIABLES,
];
