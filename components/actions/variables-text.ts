/** Variables as lines that one edits: `NAME=value`, the value as a JSON string where it would not survive as it is. */
export const toVariablesText = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${isPlain(value) ? value : JSON.stringify(value)}`)
    .join('\n');

const isPlain = (value: string): boolean =>
  value === value.trim() && !value.startsWith('"') && !/[\r\n]/.test(value);

type ReadVariables = { readonly variables: Record<string, string> } | { readonly problem: string };

/** The variables of such lines; empty ones mean nothing. */
export function readVariables(text: string): ReadVariables {
  const variables: Record<string, string> = {};
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '') continue;
    const [, name, value = ''] = /^([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined)
      return { problem: `Line ${index + 1} is “${line}”; it takes NAME=value.` };
    if (Object.hasOwn(variables, name)) return { problem: `${name} stands there twice.` };
    const read = value.startsWith('"') ? unquoted(value) : value;
    if (read === null)
      return { problem: `The value of ${name} begins with a quote, and is no JSON string.` };
    Object.defineProperty(variables, name, { value: read, enumerable: true });
  }
  return { variables };
}

function unquoted(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
