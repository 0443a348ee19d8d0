import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DCLinter } from 'dclint';
import { validate } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** The order of keys and services is ours: what belongs together stands together. */
const OFF = [
  'service-keys-order',
  'services-alphabetical-order',
  'top-level-properties-order',
] as const;

function composeProblems(file: string): string[] {
  const rules = Object.fromEntries(OFF.map((name) => [name, 0 as const]));
  const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });
  return linter
    .lintFiles([file], false)
    .flatMap(({ messages }) => messages.map(({ line, message }) => `${line}: ${message}`));
}

const dockerfileProblems = (text: string): string[] =>
  validate(text).map(({ range, message }) => `${range.start.line + 1}: ${textOf(message)}`);

/** A message is text, or marked-up text. */
const textOf = (message: string | { readonly value: string }): string =>
  typeof message === 'string' ? message : message.value;

describe('the linters', () => {
  test('find nothing in compose.yaml, by the schema of the specification and by their rules', () => {
    expect(composeProblems(join(ROOT, 'compose.yaml'))).toEqual([]);
  });

  test('find nothing in Dockerfile', () => {
    expect(dockerfileProblems(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))).toEqual([]);
  });

  test('would find what is wrong', () => {
    expect(dockerfileProblems('FROM node:24\nCOPPY a b\nEXPOSE x\n')).toHaveLength(2);
    const dir = mkdtempSync(join(tmpdir(), 'attune-lint-'));
    const file = join(dir, 'compose.yaml');
    writeFileSync(file, "name: x\nservices:\n  web:\n    image: 'x:1'\n    comand: ['web']\n");
    expect(composeProblems(file).join()).toContain('/services/web');
    rmSync(dir, { recursive: true });
  });
});
