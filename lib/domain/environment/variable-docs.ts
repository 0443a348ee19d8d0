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

/** What both have. */
export const BASELINE_VARIABLES: readonly VariableDoc[] = [
  {
    name: 'PATH',
    type: 'string',
    when: 'always',
    description: "The worker's search path",
    counterpart: 'PATH',
  },
  {
    name: 'HOME',
    type: 'path',
    when: 'always',
    description: 'A private directory',
    counterpart: 'HOME',
  },
  {
    name: 'USER',
    type: 'string',
    when: 'always',
    description: 'The name of the user it runs as',
    counterpart: 'USER',
  },
  {
    name: 'PWD',
    type: 'path',
    when: 'always',
    description: 'The working directory',
    counterpart: 'PWD',
  },
  {
    name: 'LANG',
    type: 'string',
    when: 'always',
    description: "The worker's locale",
    counterpart: 'LANG',
  },
  {
    name: 'TMPDIR',
    type: 'path',
    when: 'always',
    description: 'A private directory for temporary files',
    counterpart: 'TMPDIR',
  },
  {
    name: 'TZ',
    type: 'string',
    when: 'if the worker has it',
    description: "The worker's time zone",
    counterpart: 'TZ',
  },
  {
    name: 'LC_*',
    type: 'string',
    when: 'if the worker has them',
    description: "The worker's locale categories",
    counterpart: 'LC_*',
  },
];
