import { stringify } from 'yaml';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

export const PARAMETER_FORMATS = ['json', 'dotenv', 'yaml'] as const;

export type ParameterFormat = (typeof PARAMETER_FORMATS)[number];

/** The document that a process gets on stdin or in its parameter file, final newline included. */
export function formatParameters(params: JsonObject, format: ParameterFormat): string {
  switch (format) {
    case 'json':
      // One line: real packs read only the first.
      return `${JSON.stringify(params)}\n`;
    case 'dotenv':
      return `${dotenvLines(params).join('\n')}\n`;
    case 'yaml':
      return yamlDocument(params);
  }
}

function yamlDocument(params: JsonObject): string {
  // YAML 1.1 reads `yes`, `on` and 1:30 as something else than text, and PyYAML reads 1.1: quote them.
  const text = stringify(params, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** Sorted `key='value'`; objects flattened with dots, lists as JSON, null empty, empty objects left out. */
function dotenvLines(params: JsonObject): string[] {
  const flat: [string, JsonValue][] = [];
  flatten(params, '', flat);
  return flat
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}='${shellQuoted(value)}'`);
}

function flatten(object: JsonObject, prefix: string, into: [string, JsonValue][]): void {
  for (const [key, value] of Object.entries(object)) {
    if (isJsonObject(value)) flatten(value, `${prefix}${key}.`, into);
    else into.push([prefix + key, value]);
  }
}

function shellQuoted(value: JsonValue): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll("'", String.raw`'\''`);
}
