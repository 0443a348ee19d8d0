/** Why the parameters of a rule cannot be a timer, as a sentence. */
export class ParameterError extends Error {}

export type Parameters = Readonly<Record<string, unknown>>;

export function readText(parameters: Parameters, name: string, fallback?: string): string {
  const value = parameters[name] ?? fallback;
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw wrong(name, 'a text', value);
}

/** A whole number of at least 1. Digits in a text count, since forms and templates give texts. */
export function readCount(parameters: Parameters, name: string): number {
  const value = parameters[name];
  const count = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 1) return count;
  throw wrong(name, 'a whole number of at least 1', value);
}

export function readChoice<const T extends string>(
  parameters: Parameters,
  name: string,
  allowed: readonly T[],
  fallback?: T,
): T {
  const value = parameters[name] ?? fallback;
  const choice = allowed.find((one) => one === value);
  if (choice !== undefined) return choice;
  throw wrong(name, `one of ${allowed.join(', ')}`, value);
}

/** The parameter `timezone`, UTC when left out. */
export function readTimeZone(parameters: Parameters): string {
  const timeZone = readText(parameters, 'timezone', 'UTC');
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw wrong('timezone', 'an IANA time zone such as Europe/Berlin', timeZone);
  }
  return timeZone;
}

function wrong(name: string, expected: string, value: unknown): ParameterError {
  const found = value === undefined ? 'left out' : JSON.stringify(value);
  return new ParameterError(`the parameter '${name}' must be ${expected}, not ${found}`);
}
