const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** What does not apply. */
export const NOT_APPLICABLE = '–';

/** `412 ms`, `2.8 s`, `1 m 12 s`, `3 h 5 m`, `2 d 4 h`; null is –. */
export function formatDuration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NOT_APPLICABLE;
  const whole = Math.max(0, Math.round(ms));
  if (whole < SECOND_MS) return `${whole} ms`;
  // 59.96 s would be shown as 60.0 s.
  if (whole < MINUTE_MS - 50) return `${(whole / SECOND_MS).toFixed(1)} s`;
  const seconds = Math.round(whole / SECOND_MS);
  if (seconds < 3_600) return pair(seconds, 60, 'm', 's');
  const minutes = Math.round(whole / MINUTE_MS);
  if (minutes < 1_440) return pair(minutes, 60, 'h', 'm');
  return pair(Math.round(whole / HOUR_MS), 24, 'd', 'h');
}

function pair(value: number, size: number, big: string, small: string): string {
  const rest = value % size;
  const head = `${Math.floor(value / size)} ${big}`;
  return rest === 0 ? head : `${head} ${rest} ${small}`;
}

/** A span that somebody set, without false precision: `30 s`, `1 m 30 s`, `10 m`. */
export const formatSeconds = (seconds: number): string =>
  seconds < 60 ? `${seconds} s` : formatDuration(seconds * SECOND_MS);

/** From one wire time to another, in ms; null while one of them is missing. */
export const msBetween = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Date.parse(to) - Date.parse(from);

/** `1,240`. */
export const formatCount = (count: number): string => count.toLocaleString('en');

/** `412 B`, `9.8 KiB`, `2.1 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1_024;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Control characters as JSON would write them, for no font shows them: `\\u001b[32m`. Lines and tabs stay. */
export const escapeControls = (text: string): string =>
  text.replaceAll(
    /[^\P{Cc}\n\t]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** `8:12`, `1:02:09`: what is left of something. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / SECOND_MS));
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds >= 3_600 ? `${Math.floor(seconds / 3_600)}:${rest}` : rest.replace(/^0/, '');
}

/** `now`, `12 s ago`, `3 min ago`, `in 5 s`; from a day on the date and time. */
export function formatRelative(at: string, nowMs: number, zone: string): string {
  const past = nowMs - Date.parse(at);
  const span = Math.abs(past);
  if (span < SECOND_MS) return 'now';
  if (span >= DAY_MS) return formatDate(at, zone);
  const words =
    span < MINUTE_MS
      ? `${Math.floor(span / SECOND_MS)} s`
      : span < HOUR_MS
        ? `${Math.floor(span / MINUTE_MS)} min`
        : `${Math.floor(span / HOUR_MS)} h`;
  return past > 0 ? `${words} ago` : `in ${words}`;
}

/** `22 Nov, 17:40`. */
export const formatDate = (at: string, zone: string): string => {
  const { day, month, hour, minute } = partsOf(at, zone);
  return `${day} ${month}, ${hour}:${minute}`;
};

/** `14:02:11.204`. */
export function formatClock(at: string, zone: string): string {
  const { hour, minute, second, fractionalSecond } = partsOf(at, zone);
  return `${hour}:${minute}:${second}.${fractionalSecond}`;
}

/** `2026-11-23 14:02:11.204 Europe/Berlin`. */
export function formatExact(at: string, zone: string): string {
  const { year, monthNumber, day } = partsOf(at, zone);
  return `${year}-${monthNumber}-${day.padStart(2, '0')} ${formatClock(at, zone)} ${zone}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Making a formatter is slow, and a log asks for one a line. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  });
  formatters.set(zone, made);
  return made;
}

function partsOf(at: string, zone: string) {
  const parts = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(new Date(at))
      .map(({ type, value }) => [type, value]),
  );
  const {
    year = '',
    month = '',
    day = '',
    hour = '',
    minute = '',
    second = '',
    fractionalSecond = '',
  } = parts;
  return {
    year,
    monthNumber: month,
    month: MONTHS[Number(month) - 1] ?? '',
    day: String(Number(day)),
    hour,
    minute,
    second,
    fractionalSecond,
  };
}
