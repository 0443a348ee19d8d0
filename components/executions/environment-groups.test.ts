import { expect, test } from 'vitest';
import type { EnvironmentVariable } from '#lib/contracts/executions.ts';
import { groupOf, toDotenv } from './environment-groups.ts';

const variable = (
  name: string,
  value: string,
  origin: EnvironmentVariable['origin'] = 'standard',
): EnvironmentVariable => ({
  name,
  value,
  origin,
  state: 'plain',
  masked_by: null,
  overrides: [],
});

test('what somebody asked for stands together, whatever its name', () => {
  expect(groupOf(variable('ATTUNE_EXEC_ID', '1'))).toBe('Who and why');
  expect(groupOf(variable('ATTUNE_API_URL', 'x'))).toBe('API');
  expect(groupOf(variable('TZ', 'UTC', 'request'))).toBe('Declared and asked for');
  expect(groupOf(variable('PATH', '/bin', 'baseline'))).toBe('Parameters, paths, baseline');
});

test('a copied environment is quoted for a shell and names its secrets instead of telling them', () => {
  const text = toDotenv([
    variable('A', "it's here"),
    variable('B', '[masked: pack.deploy.password]'),
    variable('C', '/usr/bin:/bin'),
  ]);
  expect(text).toBe("A='it'\\''s here'\nB='<pack.deploy.password>'\nC=/usr/bin:/bin");
});
