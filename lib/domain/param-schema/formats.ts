const EMAIL = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)*$/;
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:?\d{2})$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

const FORMATS = new Map<string, { fits: (text: string) => boolean; words: string }>([
  ['uri', { fits: isUri, words: 'a URI like https://example.com/path' }],
  ['url', { fits: isUri, words: 'a URL like https://example.com/path' }],
  ['email', { fits: (text) => EMAIL.test(text), words: 'an address like ann@example.com' }],
  ['date', { fits: (text) => DATE.test(text) && isDay(text), words: 'a date like 2026-11-23' }],
  [
    'date-time',
    {
      fits: (text) =>
        DATE_TIME.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)),
      words: 'a time like 2026-11-23T14:06:20+00:00',
    },
  ],
]);

/** What a text of this format looks like; null when it fits, or when nobody knows the format. */
export function problemOfFormat(format: string, text: string): string | null {
  const known = FORMATS.get(format);
  return known === undefined || known.fits(text) ? null : known.words;
}

function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\S+$/i.test(text) && URL.canParse(text);
}

/** The 31st of February is a day for `Date.parse`, which moves it into March. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
