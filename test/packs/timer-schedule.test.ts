import { describe, expect, test } from 'vitest';
// oxlint-disable-next-line no-restricted-imports -- packs are content; they have no alias
import { readTimer } from '../../packs/core/sensors/timer/timer.ts';
// oxlint-disable-next-line no-restricted-imports -- packs are content; they have no alias
import { timesBetween } from '../../packs/core/sensors/timer/schedule.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** The next `most` times after a moment. */
function next(triggerRef: string, parameters: object, after: string, most = 1): (string | null)[] {
  const { schedule } = readTimer(triggerRef, { ...parameters });
  const times: (string | null)[] = [];
  let moment: number | null = at(after);
  while (times.length < most && moment !== null) {
    moment = schedule.next(moment);
    times.push(iso(moment));
  }
  return times;
}

describe('an interval', () => {
  test('fires at multiples since the epoch, whenever the sensor was started', () => {
    const timer = { unit: 'seconds', interval: 10 };

    const expected = ['2027-01-01T00:00:10.000Z'];
    expect(next('core.intervaltimer', timer, '2027-01-01T00:00:00.001Z')).toEqual(expected);
    expect(next('core.intervaltimer', timer, '2027-01-01T00:00:09.999Z')).toEqual(expected);
    expect(next('core.intervaltimer', timer, '2027-01-01T00:00:00Z')).toEqual(expected);
  });

  test.each([
    ['minutes', '2027-01-01T00:02:00.000Z'],
    ['hours', '2027-01-01T02:00:00.000Z'],
    ['days', '2027-01-02T00:00:00.000Z'],
  ])('counts in %s', (unit, expected) => {
    const timer = { unit, interval: 2 };
    expect(next('core.intervaltimer', timer, '2027-01-01T00:00:00.000Z')).toEqual([expected]);
  });

  test.each([
    [{ interval: 0 }, "'interval' must be a whole number of at least 1, not 0"],
    [{}, "'interval' must be a whole number of at least 1, not left out"],
    [{ interval: 1.5 }, 'not 1.5'],
    [{ interval: 1, unit: 'weeks' }, "'unit' must be one of seconds, minutes, hours, days"],
    [{ interval: 1, missed: 'never' }, "'missed' must be one of skip, once, all"],
    [{ interval: 1, timezone: 'Mars/Olympus' }, "'timezone' must be an IANA time zone"],
    [{ interval: 1e9, unit: 'days' }, 'too long'],
  ])('refuses %j', (parameters, reason) => {
    expect(() => readTimer('core.intervaltimer', parameters)).toThrow(reason);
  });
});

describe('a cron timer', () => {
  test('has seconds, or leaves them out', () => {
    const after = '2027-01-01T00:00:00.500Z';
    expect(next('core.crontimer', { expression: '*/2 * * * * *' }, after, 2)).toEqual([
      '2027-01-01T00:00:02.000Z',
      '2027-01-01T00:00:04.000Z',
    ]);
    expect(next('core.crontimer', { expression: '* * * * *' }, after)).toEqual([
      '2027-01-01T00:01:00.000Z',
    ]);
  });

  test('keeps its local time when the clocks change', () => {
    const timer = { expression: '0 0 9 * * *', timezone: 'Europe/Berlin' };
    expect(next('core.crontimer', timer, '2027-03-27T00:00:00Z', 2)).toEqual([
      '2027-03-27T08:00:00.000Z',
      '2027-03-28T07:00:00.000Z',
    ]);
  });

  test('fires a skipped time at the first moment after the gap', () => {
    const timer = { expression: '0 30 2 * * *', timezone: 'Europe/Berlin' };
    expect(next('core.crontimer', timer, '2027-03-27T12:00:00Z', 2)).toEqual([
      '2027-03-28T01:00:00.000Z',
      '2027-03-29T00:30:00.000Z',
    ]);
  });

  test('fires a doubled time once', () => {
    const timer = { expression: '0 30 2 * * *', timezone: 'Europe/Berlin' };
    expect(next('core.crontimer', timer, '2027-10-30T12:00:00Z', 2)).toEqual([
      '2027-10-31T00:30:00.000Z',
      '2027-11-01T01:30:00.000Z',
    ]);
  });

  test.each(['', 'often', '61 * * * * *', '0 0 31 2 *', '* * * * * * 2030'])(
    'refuses %j',
    (expression) => {
      expect(() => readTimer('core.crontimer', { expression })).toThrow(/expression/);
    },
  );
});

describe('a date', () => {
  const fires = (fireAt: string, timezone = 'UTC') =>
    next('core.datetimetimer', { fire_at: fireAt, timezone }, '2000-01-01T00:00:00Z')[0];

  test('with an offset is that moment, whatever the zone', () => {
    expect(fires('2027-03-01T09:00:00+01:00', 'Asia/Tokyo')).toBe('2027-03-01T08:00:00.000Z');
    expect(fires('2027-03-01T09:00:00.250Z', 'Asia/Tokyo')).toBe('2027-03-01T09:00:00.250Z');
  });

  test('without an offset is the local time of the zone', () => {
    expect(fires('2027-03-01T09:00:00', 'Europe/Berlin')).toBe('2027-03-01T08:00:00.000Z');
    expect(fires('2027-07-01 09:00', 'Europe/Berlin')).toBe('2027-07-01T07:00:00.000Z');
    expect(fires('2027-07-01T09:00:00', 'America/New_York')).toBe('2027-07-01T13:00:00.000Z');
    expect(fires('2027-07-01', 'Asia/Kolkata')).toBe('2027-06-30T18:30:00.000Z');
  });

  test('moves forward out of a gap, and is the first of two', () => {
    expect(fires('2027-03-28T02:30:00', 'Europe/Berlin')).toBe('2027-03-28T01:30:00.000Z');
    expect(fires('2027-10-31T02:30:00', 'Europe/Berlin')).toBe('2027-10-31T00:30:00.000Z');
    expect(fires('2027-03-14T02:30:00', 'America/New_York')).toBe('2027-03-14T07:30:00.000Z');
    expect(fires('2027-11-07T01:30:00', 'America/New_York')).toBe('2027-11-07T05:30:00.000Z');
  });

  test('on the hours around a change is exact', () => {
    expect(fires('2027-03-28T01:59:59', 'Europe/Berlin')).toBe('2027-03-28T00:59:59.000Z');
    expect(fires('2027-03-28T03:00:00', 'Europe/Berlin')).toBe('2027-03-28T01:00:00.000Z');
    expect(fires('2027-10-31T03:00:00', 'Europe/Berlin')).toBe('2027-10-31T02:00:00.000Z');
    expect(fires('2027-10-31T01:59:59', 'Europe/Berlin')).toBe('2027-10-30T23:59:59.000Z');
  });

  test('that has passed never fires', () => {
    const timer = { fire_at: '2020-01-01T00:00:00Z' };
    expect(next('core.datetimetimer', timer, '2027-01-01T00:00:00Z')).toEqual([null]);
  });

  test.each(['', 'tomorrow', '2027-02-30T00:00:00', '2027-01-01T25:00:00'])(
    'refuses %j',
    (fireAt) => {
      expect(() => readTimer('core.datetimetimer', { fire_at: fireAt })).toThrow(/fire_at/);
    },
  );
});

describe('a recurrence', () => {
  test('starts at DTSTART in its own zone and keeps the local time', () => {
    const rrule = 'DTSTART;TZID=Europe/Berlin:20270327T090000\nRRULE:FREQ=DAILY';
    const timer = { rrule, timezone: 'America/New_York' };
    expect(next('core.rruletimer', timer, '2027-01-01T00:00:00Z', 3)).toEqual([
      '2027-03-27T08:00:00.000Z',
      '2027-03-28T07:00:00.000Z',
      '2027-03-29T07:00:00.000Z',
    ]);
  });

  test('leaves out a time that a clock change skips', () => {
    const timer = { rrule: 'FREQ=DAILY;BYHOUR=2;BYMINUTE=30', timezone: 'Europe/Berlin' };
    expect(next('core.rruletimer', timer, '2027-03-27T12:00:00Z')).toEqual([
      '2027-03-29T00:30:00.000Z',
    ]);
  });

  test('reads a DTSTART without a zone in the zone of the timer', () => {
    const rrule = 'DTSTART:20270701T090000\nRRULE:FREQ=WEEKLY;COUNT=2';
    const timer = { rrule, timezone: 'Europe/Berlin' };
    expect(next('core.rruletimer', timer, '2027-01-01T00:00:00Z', 3)).toEqual([
      '2027-07-01T07:00:00.000Z',
      '2027-07-08T07:00:00.000Z',
      null,
    ]);
  });

  test('without DTSTART does not depend on when it is asked', () => {
    const timer = { rrule: 'FREQ=MINUTELY;INTERVAL=7' };
    const [first] = next('core.rruletimer', timer, '2027-01-01T00:00:00Z');
    expect(next('core.rruletimer', timer, '2027-01-01T00:00:01Z')).toEqual([first]);
    expect(Date.parse(String(first)) % (7 * 60_000)).toBe(0);
  });

  test('leaves out its EXDATE', () => {
    const rrule = 'DTSTART:20270101T000000Z\nRRULE:FREQ=DAILY\nEXDATE:20270102T000000Z';
    expect(next('core.rruletimer', { rrule }, '2026-01-01T00:00:00Z', 2)).toEqual([
      '2027-01-01T00:00:00.000Z',
      '2027-01-03T00:00:00.000Z',
    ]);
  });

  test.each(['', 'often', 'FREQ=NEVER', 'FREQ=DAILY;COUNT=3'])('refuses %j', (rrule) => {
    expect(() => readTimer('core.rruletimer', { rrule })).toThrow(/rrule|rule/);
  });

  test('that never comes true ends in a reason, soon', () => {
    const before = process.cpuUsage();
    const timer = { rrule: 'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31' };
    const outcome = (() => {
      try {
        return next('core.rruletimer', timer, '2027-01-01T00:00:00Z')[0];
      } catch (error) {
        return error instanceof Error ? error.message : 'no error';
      }
    })();
    expect(outcome === null || outcome?.includes('not usable')).toBe(true);
    // Work, not time: others may keep the machine busy.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2_000);
  });
});

describe('the times between two moments', () => {
  const kinds = [
    ['core.intervaltimer', { interval: 10, unit: 'minutes' }],
    ['core.crontimer', { expression: '0 */10 * * * *' }],
    ['core.rruletimer', { rrule: 'FREQ=MINUTELY;INTERVAL=10' }],
  ] as const;

  test.each(kinds)('of %s include both ends', (triggerRef, parameters) => {
    const { schedule } = readTimer(triggerRef, parameters);
    const times = timesBetween(
      schedule,
      at('2027-01-01T00:00:00Z'),
      at('2027-01-01T00:20:00Z'),
      100,
    );
    expect(times.map(iso)).toEqual([
      '2027-01-01T00:00:00.000Z',
      '2027-01-01T00:10:00.000Z',
      '2027-01-01T00:20:00.000Z',
    ]);
  });

  test.each(kinds)('of %s are the latest when there are too many', (triggerRef, parameters) => {
    const { schedule } = readTimer(triggerRef, parameters);
    const times = timesBetween(
      schedule,
      at('2026-01-01T00:00:01Z'),
      at('2027-01-01T00:00:00.5Z'),
      2,
    );
    expect(times.map(iso)).toEqual(['2026-12-31T23:50:00.000Z', '2027-01-01T00:00:00.000Z']);
  });
});
