import { describe, expect, test } from 'vitest';
import { parsePack } from './index.ts';

const PACK = { path: 'pack.yaml', text: 'ref: demo\nversion: 1.0\n' };

/** A pack of these files; a path that is no YAML is a script. */
const parse = (files: Record<string, string>) =>
  parsePack([PACK, ...Object.entries(files).map(([path, text]) => ({ path, text }))]);

/** One action with a script that is there. */
const parseAction = (yaml: string) => parse({ 'actions/a.yaml': yaml, 'actions/a.sh': '' });

describe('an action', () => {
  test('has the defaults of public Attune', () => {
    expect(parseAction('ref: http_request\nentry_point: a.sh')).toMatchObject({
      actions: [
        {
          file: 'actions/a.yaml',
          ref: 'demo.http_request',
          label: 'Http request',
          enabled: null,
          runnerType: 'shell',
          entryPoint: 'a.sh',
          parameters: null,
          parameterDelivery: 'stdin',
          parameterFormat: 'json',
          outputFormat: 'text',
          timeoutSeconds: null,
          referenceVisibility: 'public',
          env: {},
          idempotent: false,
          maxRetries: 0,
          retryOnTimeout: false,
          queueTimeoutSeconds: null,
        },
      ],
      problems: [],
    });
  });

  test('says what it needs', () => {
    const yaml = `
ref: demo.a
label: A
enabled: false
runner_type: python3
entry_point: ./a.sh
parameters:
  n: {type: integer, required: true}
output_schema: {ok: {type: boolean}}
parameter_delivery: file
parameter_format: yaml
output_format: jsonl
timeout_seconds: 30
tags: [x]
meta: {ignored: true}
examples: []
env: {MODE: fast, LEVEL: 3}
idempotent: true
max_retries: 2
retry: {backoff: linear, delay_seconds: 0.5, max_delay_seconds: 9, jitter: false}
retry_on_timeout: true
queue_timeout_seconds: 60
`;
    expect(parseAction(yaml)).toMatchObject({
      actions: [
        {
          enabled: false,
          runnerType: 'python',
          entryPoint: 'a.sh',
          parameters: { n: { type: 'integer', required: true } },
          output: { ok: { type: 'boolean' } },
          parameterDelivery: 'file',
          env: { MODE: 'fast', LEVEL: '3' },
          idempotent: true,
          maxRetries: 2,
          retry: { backoff: 'linear', delay_seconds: 0.5, max_delay_seconds: 9, jitter: 0 },
          retryOnTimeout: true,
          queueTimeoutSeconds: 60,
        },
      ],
      problems: [],
    });
  });

  test.each([
    ['entry_point: a.sh', 1, '`ref` is missing'],
    ['ref: other.a\nentry_point: a.sh', 1, 'belongs to another pack'],
    ['ref: a.b.c\nentry_point: a.sh', 1, 'belongs to another pack'],
    ['ref: Big\nentry_point: a.sh', 1, 'is no ref'],
    ['ref: a', 1, '`entry_point` is missing'],
    ['ref: a\nentry_point: b.sh', 2, 'The script `actions/b.sh` does not exist'],
    ['ref: a\nentry_point: ../../etc/passwd', 2, 'leaves the folder'],
    [
      'ref: a\nentry_point: a.sh\nrunner_type: ruby',
      3,
      'Known: shell (sh, bash), python (python3), nodejs (node, node.js), native',
    ],
    [
      'ref: a\nentry_point: a.sh\nenv:\n  OK: x\n  LD_PRELOAD: y',
      5,
      'names like `LD_*` are refused',
    ],
    ['ref: a\nentry_point: a.sh\ntimeout_seconds: 0', 3, 'a whole number of at least 1'],
    ['ref: a\nentry_point: a.sh\noutput_format: xml', 3, 'it takes text, json, yaml, jsonl'],
    ['ref: a\nentry_point: a.sh\nretry:\n  backoff: random', 4, 'constant, linear, exponential'],
    [
      'ref: a\nentry_point: a.sh\nparameters:\n  x:\n    type: string\n    required: 1',
      6,
      'true or false',
    ],
    ['ref: a\nentry_point: a.sh\nenabled: maybe', 3, 'true or false'],
    ['ref: a\nlabel: "x\\0"\nentry_point: a.sh', 1, 'U+0000'],
    ['- a', 1, 'holds a list'],
  ])('%j is refused with its line', (yaml, line, reason) => {
    const { actions, problems } = parseAction(yaml);
    expect(actions).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      file: 'actions/a.yaml',
      line,
      reason: expect.stringContaining(reason) as string,
    });
  });

  test('that is a workflow needs its graph, and the graph is no action', () => {
    const files = {
      'actions/w.yaml': 'ref: w\nworkflow_file: workflows/w.yaml',
      'actions/x.workflow.yaml': 'tasks: []',
    };
    expect(parse({ ...files, 'actions/workflows/w.yaml': 'tasks: []' })).toMatchObject({
      actions: [{ ref: 'demo.w', workflowFile: 'workflows/w.yaml', entryPoint: null }],
      problems: [],
    });
    expect(parse(files).problems[0]).toMatchObject({
      line: 2,
      reason: expect.stringContaining('does not exist') as string,
    });
  });
});
