import type { EnvironmentVariable } from '#lib/contracts/executions.ts';

export const GROUPS = [
  'Who and why',
  'API',
  'Declared and asked for',
  'Parameters, paths, baseline',
] as const;
export type Group = (typeof GROUPS)[number];

const WHO = new Set([
  'ATTUNE_EXEC_ID',
  'ATTUNE_ACTION',
  'ATTUNE_PACK_REF',
  'ATTUNE_ATTEMPT',
  'ATTUNE_RULE',
  'ATTUNE_TRIGGER',
  'ATTUNE_TRACE_TAG',
]);

/** Under which head a variable stands. */
export function groupOf({ name, origin }: Pick<EnvironmentVariable, 'name' | 'origin'>): Group {
  if (origin === 'action' || origin === 'request' || origin === 'operator')
    return 'Declared and asked for';
  if (WHO.has(name)) return 'Who and why';
  return name.startsWith('ATTUNE_API_') ? 'API' : 'Parameters, paths, baseline';
}

/** As a shell reads it; what is secret is named and not there. */
export const toDotenv = (variables: readonly EnvironmentVariable[]): string =>
  variables
    .map(
      ({ name, value }) => `${name}=${quote(value.replaceAll(/\[masked: ([^\]\n]+)\]/g, '<$1>'))}`,
    )
    .join('\n');

const quote = (value: string): string =>
  /^[\w./:@%+,=-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
