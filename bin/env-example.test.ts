import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SETTINGS } from '#server/config.ts';
import { inRoot } from './paths.ts';

/** Read by the launcher alone, or on the way to the settings. */
const LAUNCHER_ONLY = ['ATTUNE_ADMIN_PASSWORD', 'ATTUNE_ENCRYPTION_KEY_COMMAND'];

test('.env.example names every setting and no other', () => {
  const text = readFileSync(inRoot('.env.example'), 'utf8');
  const named = [...text.matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set([...Object.keys(SETTINGS.shape), ...LAUNCHER_ONLY]));
});
