import { Cron } from 'croner';
import { RRuleTemporal } from 'rrule-temporal';
import { type FormatCheck, type Formats, isTimeZone } from '#lib/domain/param-schema.ts';

const CRON = 'a cron expression like 0 30 9 * * MON-FRI';
const RRULE = 'a recurrence rule like FREQ=WEEKLY;BYDAY=MO;BYHOUR=9';
const MOMENT = 'a date and time like 2027-03-01T09:00:00+01:00';

/**
 * Formats of the parameters of timers: what a timer could never fire by is refused when the rule is written, since
 * afterwards only the sensor's log would say so. `now` decides what is past.
 */
export const timerFormats = (now: Date): Formats => ({
  cron: (text) => problemOfCron(text, now),
  rrule: (text, { timezone }) => problemOfRecurrence(text, zoneOf(timezone), now),
  'future-date-time': (text, { timezone }) => problemOfMoment(text, zoneOf(timezone), now),
});

/** A zone that is none has its own problem; here it must not become a second one. */
const zoneOf = (timezone: unknown): string =>
  typeof timezone === 'string' && isTimeZone(timezone.trim()) ? timezone.trim() : 'UTC';

function problemOfCron(text: string, now: Date): ReturnType<FormatCheck> {
  const next = attempt(() =>
    new Cron(text.trim(), { mode: '5-or-6-parts', paused: true }).nextRun(now),
  );
  if (!next.ok) return `${CRON} (${next.reason})`;
  return next.value === null ? `${CRON} that matches some day` : null;
}

function problemOfRecurrence(text: string, zone: string, now: Date): ReturnType<FormatCheck> {
  const lines = linesOf(text);
  if (!lines.some((line) => /^RRULE:/i.test(line))) return RRULE;
  if (lines.some((line) => timesInOnePeriod(line) > PERIOD_TIMES_MAX)) {
    return `${RRULE} with at most ${PERIOD_TIMES_MAX.toLocaleString('en')} times in one period`;
  }
  const isStarted = lines.some((line) => /^DTSTART/i.test(line));
  // Without a start it has always been going on, so there is nothing to count from.
  if (!isStarted && /COUNT=/i.test(text)) return `${RRULE}, and with COUNT a DTSTART to count from`;
  const rruleString = isStarted
    ? lines.map((line) => inZone(line, zone)).join('\n')
    : [`DTSTART;TZID=${zone}:19700101T000000`, ...lines].join('\n');
  const next = attempt(() => new RRuleTemporal({ rruleString, tzid: zone }).next(now, false));
  if (!next.ok) return `${RRULE} (${next.reason})`;
  return next.value === null ? `${RRULE} that fires again` : null;
}

/** The library lists all times of a year, month … before it takes the next one: a few lists of 60 would fill the memory. */
const PERIOD_TIMES_MAX = 50_000;
const WEEKS_IN_PERIOD: Readonly<Record<string, number>> = { YEARLY: 53, MONTHLY: 5 };

function timesInOnePeriod(line: string): number {
  const parts = new Map(
    line
      .slice(line.indexOf(':') + 1)
      .toUpperCase()
      .split(';')
      .map((part): [string, string] => {
        const [name = '', value = ''] = part.split('=', 2);
        return [name.trim(), value.trim()];
      }),
  );
  const weeks = parts.has('BYDAY') ? (WEEKS_IN_PERIOD[parts.get('FREQ') ?? ''] ?? 1) : 1;
  return [...parts]
    .filter(([name]) => name.startsWith('BY') && name !== 'BYSETPOS')
    .reduce((product, [, list]) => product * list.split(',').length, weeks);
}

/** As the timer sensor reads it: one line with `\n` in it, or several; a bare `FREQ=…` is a rule. */
const linesOf = (text: string): string[] =>
  text
    .replaceAll('\\n', '\n')
    .split(/\r?\n|\s+(?=RRULE|EXDATE|RDATE|DTSTART)/i)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => (/^FREQ=/i.test(line) ? `RRULE:${line}` : line));

/** A DTSTART without a zone and without Z is a wall-clock time of the timer's zone. */
const inZone = (line: string, zone: string): string =>
  line.replace(
    /^DTSTART:(\d{8})(?:T(\d{6}))?$/i,
    (_, date: string, time?: string) => `DTSTART;TZID=${zone}:${date}T${time ?? '000000'}`,
  );

const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?)?(Z|[+-]\d{2}:?\d{2})?$/i;

function problemOfMoment(text: string, zone: string, now: Date): ReturnType<FormatCheck> {
  const [, date, time = '00:00', seconds = ':00', offset] = ISO.exec(text.trim()) ?? [];
  if (date === undefined) return MOMENT;
  const wall = Date.parse(`${date}T${time}${seconds}Z`);
  // `Date` moves the 31st of June into July.
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(date)) return MOMENT;
  const moment = offset === undefined ? wall - offsetMsOf(zone, wall) : wall - parseOffset(offset);
  return moment > now.getTime() ? null : 'a time in the future: a past one never fires';
}

function parseOffset(offset: string): number {
  if (/^z$/i.test(offset)) return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

/**
 * How far the zone's clocks are ahead of UTC when they show `wallMs`. In the hours of a clock change it may be off by
 * that change, which only matters for a moment that close to now.
 */
function offsetMsOf(zone: string, wallMs: number): number {
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(wallMs)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const offset = /[+-]\d{2}:\d{2}/.exec(name ?? '')?.[0];
  return offset === undefined ? 0 : parseOffset(offset);
}

type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

/** Libraries say what is wrong by throwing. */
function attempt<T>(compute: () => T): Attempt<T> {
  try {
    return { ok: true, value: compute() };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
