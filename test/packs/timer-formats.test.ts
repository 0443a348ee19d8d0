import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '#lib/domain/json.ts';
import { problemsOfTriggerParams } from '#server/rules/check-params.ts';
import { timerFormats } from '#server/triggers/timer-formats.ts';
// oxlint-disable-next-line no-restricted-imports -- packs are content; they have no alias
import { readTimer } from '../../packs/core/sensors/timer/timer.ts';

const NOW = new Date('2027-03-28T00:30:00Z');

/** What is wrong when a rule is written, by the core pack's own schema of the trigger. */
function problemsOf(name: string, params: JsonObject): { path: string; message: string }[] {
  const manifest = parse(readFileSync(`packs/core/triggers/${name}.yaml`, 'utf8')) as {
    parameters: unknown;
  };
  return problemsOfTriggerParams(
    manifest.parameters,
    params,
    'body.trigger_params',
    timerFormats(NOW),
  );
}

/** The first time at which the timer sensor would fire it; throws what it would log. */
const firstFire = (name: string, params: JsonObject): number | null =>
  readTimer(`core.${name}`, params).schedule.next(NOW.getTime());

const FIRE: [string, JsonObject][] = [
  ['intervaltimer', { unit: 'seconds', interval: 1 }],
  ['crontimer', { expression: '*/5 * * * * *' }],
  ['crontimer', { expression: ' 0 9 * * MON-FRI ', timezone: 'Europe/Berlin' }],
  ['crontimer', { expression: '0 0 29 2 *' }],
  ['crontimer', { expression: '0 0 L * *' }],
  ['datetimetimer', { fire_at: '2027-03-28T00:30:01Z' }],
  ['datetimetimer', { fire_at: '2027-03-28T02:00:00+01:00' }],
  ['datetimetimer', { fire_at: '2027-03-28 02:00', timezone: 'Africa/Lagos' }],
  ['datetimetimer', { fire_at: '2027-03-27T20:31:00', timezone: 'America/New_York' }],
  ['datetimetimer', { fire_at: '2028-02-29' }],
  ['rruletimer', { rrule: 'FREQ=DAILY;BYHOUR=9' }],
  ['rruletimer', { rrule: 'DTSTART:20270101T090000\\nRRULE:FREQ=DAILY;COUNT=200' }],
  ['rruletimer', { rrule: 'DTSTART;TZID=Europe/Berlin:20270101T090000 RRULE:FREQ=WEEKLY' }],
  ['rruletimer', { rrule: 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', timezone: 'Asia/Tokyo' }],
];

const NEVER: [string, JsonObject, string][] = [
  ['crontimer', { expression: '61 * * * *' }, 'expression'],
  ['crontimer', { expression: 'every day' }, 'expression'],
  ['crontimer', { expression: '0 0 30 2 *' }, 'expression'],
  ['datetimetimer', { fire_at: '2027-03-28T00:30:00Z' }, 'fire_at'],
  ['datetimetimer', { fire_at: '2026-01-01' }, 'fire_at'],
  ['datetimetimer', { fire_at: '2027-03-28 01:29', timezone: 'Africa/Lagos' }, 'fire_at'],
  ['datetimetimer', { fire_at: '2027-06-31T00:00:00Z' }, 'fire_at'],
  ['datetimetimer', { fire_at: 'tomorrow' }, 'fire_at'],
  ['rruletimer', { rrule: 'every day' }, 'rrule'],
  ['rruletimer', { rrule: 'FREQ=HOURLYISH' }, 'rrule'],
  ['rruletimer', { rrule: 'FREQ=DAILY;COUNT=3' }, 'rrule'],
  ['rruletimer', { rrule: 'FREQ=DAILY;UNTIL=20200101T000000Z' }, 'rrule'],
  ['rruletimer', { rrule: 'DTSTART:20200101T000000Z\nRRULE:FREQ=DAILY;COUNT=3' }, 'rrule'],
  ['rruletimer', { rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }, 'rrule'],
  ['rruletimer', { rrule: 'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30' }, 'rrule'],
];

describe('a timer', () => {
  test.each(FIRE)('%s %j is accepted, and fires', (name, params) => {
    expect(problemsOf(name, params)).toEqual([]);
    expect(firstFire(name, params)).toBeGreaterThan(NOW.getTime());
  });

  test.each(NEVER)(
    '%s %j is refused at its field, and never fires',
    (name, params, field) => {
      expect(problemsOf(name, params).map(({ path }) => path)).toEqual([
        `body.trigger_params.${field}`,
      ]);
      let first: number | null = null;
      try {
        first = firstFire(name, params);
      } catch {
        // What cannot be read does not fire either.
      }
      expect(first).toBeNull();
      // The library looks at 10,000 times before it gives up: under a second, and more on a busy machine.
    },
    20_000,
  );

  test('whose recurrence would fill the memory is refused before it is computed', () => {
    const upTo = (count: number) => Array.from({ length: count }, (_, n) => n).join(',');
    const clock = `BYHOUR=${upTo(24)};BYMINUTE=${upTo(60)};BYSECOND=${upTo(60)}`;
    for (const rrule of [
      `FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;${clock}`,
      `DTSTART:20270101T000000Z RRULE:FREQ=DAILY;${clock}`,
      `freq=daily;${clock.toLowerCase()}`,
    ]) {
      expect(problemsOf('rruletimer', { rrule }).map(({ message }) => message)).toEqual([
        expect.stringContaining('at most 50,000 times'),
      ]);
    }
    const everyMinuteOfWork = `FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8,9,10,11,12,13,14,15;BYMINUTE=${upTo(60)};BYSECOND=0`;
    expect(problemsOf('rruletimer', { rrule: everyMinuteOfWork })).toEqual([]);
  });

  test.each(['intervaltimer', 'crontimer', 'datetimetimer', 'rruletimer'])(
    '%s in a zone that does not exist is refused there, and nowhere else for it',
    (name) => {
      const fit = { interval: 1, unit: 'days', expression: '* * * * *', rrule: 'FREQ=DAILY' };
      const params = { ...fit, fire_at: '2030-01-01', timezone: 'Mars/Olympus' };
      const problems = problemsOf(name, params);
      expect(problems.map(({ path }) => path)).toEqual(['body.trigger_params.timezone']);
      expect(problems[0]?.message).toContain('an IANA time zone like Europe/Berlin');
    },
  );
});
