import { BASELINE_VARIABLES, type VariableDoc } from './variable-docs.ts';

/** What an action finds in its environment. */
export const ACTION_VARIABLES: readonly VariableDoc[] = [
  {
    name: 'ATTUNE_ACTION',
    type: 'string',
    when: 'always',
    description: 'Action ref',
    counterpart: 'ATTUNE_SENSOR_REF',
  },
  {
    name: 'ATTUNE_EXEC_ID',
    type: 'integer',
    when: 'always',
    description: 'Execution id',
    counterpart: 'ATTUNE_SENSOR_ID',
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
    description: 'Token of this attempt; dies with it',
    counterpart: 'ATTUNE_API_TOKEN',
  },
  {
    name: 'ATTUNE_RULE',
    type: 'string',
    when: 'only if a rule asked for it',
    description: 'Rule ref',
  },
  {
    name: 'ATTUNE_TRIGGER',
    type: 'string',
    when: 'only if an event caused it',
    description: 'Trigger ref',
  },
  {
    name: 'ATTUNE_PACK_REF',
    type: 'string',
    when: 'always',
    description: 'Pack of the action',
    counterpart: 'ATTUNE_PACK_REF',
  },
  {
    name: 'ATTUNE_ATTEMPT',
    type: 'integer',
    when: 'always',
    description: 'Number of the attempt: 1, 2, …',
  },
  {
    name: 'ATTUNE_TRACE_TAG',
    type: 'string',
    when: 'if set',
    description: 'Correlation tag of the whole chain',
  },
  {
    name: 'ATTUNE_ARTIFACTS_DIR',
    type: 'path',
    when: 'always',
    description: 'Directory for artifacts',
  },
  {
    name: 'ATTUNE_RUNTIME_ENVS_DIR',
    type: 'path',
    when: 'always',
    description: 'Root of the environments of packs',
  },
  {
    name: 'ATTUNE_PARAMETER_DELIVERY',
    type: 'string',
    when: 'always',
    description: '`stdin` or `file`',
  },
  {
    name: 'ATTUNE_PARAMETER_FORMAT',
    type: 'string',
    when: 'always',
    description: '`json`, `dotenv` or `yaml`',
  },
  {
    name: 'ATTUNE_PARAMETER_FILE',
    type: 'path',
    when: 'delivery `file`',
    description: 'The parameters; mode 0400, gone after the run',
    counterpart: 'ATTUNE_SENSOR_CONFIG_<KEY>',
  },
  ...BASELINE_VARIABLES,
];
