import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api } from './api.ts';

/** What the YAML of an action says beyond the usual, and its shell program. */
export interface MadeAction {
  readonly more?: string;
  /** As YAML: `host: {type: string}`. */
  readonly parameters?: string;
  readonly program: string;
}

/**
 * Writes a pack of shell actions and registers it.
 *
 * @param actions by their names in the pack
 * @returns how to remove its files
 */
export async function makePack(
  api: Api,
  ref: string,
  actions: Readonly<Record<string, MadeAction>>,
): Promise<() => void> {
  const pack = mkdtempSync(join(tmpdir(), `attune-${ref}-`));
  mkdirSync(join(pack, 'actions'));
  writeFileSync(join(pack, 'pack.yaml'), `ref: ${ref}\nlabel: ${ref}\nversion: 1.0.0\n`);
  for (const [name, { more = '', parameters, program }] of Object.entries(actions)) {
    const file = join(pack, 'actions', name);
    const takes = parameters === undefined ? ' {}' : `\n  ${parameters}`;
    writeFileSync(
      `${file}.yaml`,
      `ref: ${ref}.${name}\nlabel: ${name}\nrunner_type: shell\nentry_point: ${name}.sh\nparameters:${takes}\n${more}\n`,
    );
    writeFileSync(`${file}.sh`, `#!/bin/sh\n${program}\n`);
    chmodSync(`${file}.sh`, 0o755);
  }
  // Actions run as a user of their own.
  for (const directory of [pack, join(pack, 'actions')]) chmodSync(directory, 0o755);
  await api.post('/api/v1/packs/register', { path: pack, force: true });
  return () => rmSync(pack, { recursive: true, force: true });
}
