import type { JsonObject } from '../json.ts';

const EMAIL = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)*$/;
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:?\d{2})$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * What is wrong with a text of a format, as what it is instead (`a date like …`); null when it fits. `beside` are the
 * parameters that stand beside it, defaults filled in, for what only they decide.
 */
export type FormatCheck = (text: string, beside: JsonObject) => string | null;

/** Checks by the word that a schema writes after `format:`. */
export type Formats = Readonly<Record<string, FormatCheck>>;

const check =
  (fits: (text: string) => boolean, words: string): FormatCheck =>
  (text) =>
    fits(text) ? null : words;

/** What every schema may use. Whoever knows more formats gives them along, and they win. */
const FORMATS: Formats = {
  uri: check(isUri, 'a URI like https://example.com/path'),
  url: check(isUri, 'a URL like https://example.com/path'),
  email: check((text) => EMAIL.test(text), 'an address like ann@example.com'),
  date: check((text) => DATE.test(text) && isDay(text), 'a date like 2026-11-23'),
  'date-time': check(
    (text) => DATE_TIME.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)),
    'a time like 2026-11-23T14:06:20+00:00',
  ),
  'time-zone': check(isTimeZone, 'an IANA time zone like Europe/Berlin'),
};

/** What a text of this format looks like; null when it fits, or when nobody knows the format. */
export function problemOfFormat(
  format: string,
  text: string,
  beside: JsonObject,
  more: Formats = {},
): string | null {
  const known = [more, FORMATS].find((formats) => Object.hasOwn(formats, format));
  return known?.[format]?.(text, beside) ?? null;
}

export function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\S+$/i.test(text) && URL.canParse(text);
}

/** The 31st of February is a day for `Date.parse`, which moves it into March. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
