import { ParameterError } from './parameters.ts';
import type { Schedule } from './schedule.ts';
import { zonedTimeToMs } from './zoned-time.ts';

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * One moment. An offset in `fireAt` is exact; without one it is a wall-clock time of the zone.
 *
 * @throws ParameterError when it is no ISO 8601 date and time
 */
export function datetimeSchedule(fireAt: string, timeZone: string): Schedule {
  const moment = toMs(fireAt, timeZone);
  return {
    next: (afterMs) => (moment > afterMs ? moment : null),
    previous: (atMs) => (moment <= atMs ? moment : null),
  };
}

function toMs(fireAt: string, timeZone: string): number {
  const match = ISO.exec(fireAt);
  if (match === null) throw notADate(fireAt);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset] =
    match;
  const wall = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Math.floor(Number(`0.${fraction}`) * 1000),
  );
  // `Date.UTC` rolls the 31st of June over to July; we refuse it.
  const spelled = `${year}-${month}-${day}T${pad(hour)}:${pad(minute)}:${pad(second)}`;
  if (new Date(wall).toISOString().slice(0, 19) !== spelled) throw notADate(fireAt);
  if (offset === undefined) return zonedTimeToMs(wall, timeZone);
  return wall - offsetMs(offset);
}

function offsetMs(offset: string): number {
  if (/^z$/i.test(offset)) return 0;
  const sign = offset.startsWith('-') ? -1 : 1;
  return sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))) * 60_000;
}

const pad = (digits: string): string => digits.padStart(2, '0');

const notADate = (fireAt: string): ParameterError =>
  new ParameterError(
    `the parameter 'fire_at' must be an ISO 8601 date and time such as 2027-03-01T09:00:00, not '${fireAt}'`,
  );
