import { cronSchedule } from './cron-schedule.ts';
import { datetimeSchedule } from './datetime-schedule.ts';
import { intervalSchedule } from './interval-schedule.ts';
import {
  ParameterError,
  readChoice,
  readCount,
  readText,
  readTimeZone,
  type Parameters,
} from './parameters.ts';
import { rruleSchedule } from './rrule-schedule.ts';
import type { Schedule } from './schedule.ts';

/** What happens with times at which nobody looked: dropped, made up for by one fire, or by each. */
export type MissedPolicy = 'skip' | 'once' | 'all';

export type Timer = {
  readonly schedule: Schedule;
  readonly missed: MissedPolicy;
  /** The part of the payload that is the same for every fire. */
  readonly facts: Readonly<Record<string, unknown>> & { readonly type: string };
};

const UNIT_SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
const UNITS = ['seconds', 'minutes', 'hours', 'days'] as const;
const INTERVAL_SECONDS_MAX = 366 * 86_400 * 100;

/**
 * Makes the timer that a rule's trigger parameters ask for.
 *
 * @throws ParameterError when they do not fit, or the trigger is none of the four
 */
export function readTimer(triggerRef: string, parameters: Parameters): Timer {
  const timezone = readTimeZone(parameters);
  const missed = readChoice(parameters, 'missed', ['skip', 'once', 'all'], 'skip');
  return { missed, ...read(triggerRef, parameters, timezone) };
}

function read(
  triggerRef: string,
  parameters: Parameters,
  timezone: string,
): Pick<Timer, 'schedule' | 'facts'> {
  switch (triggerRef) {
    case 'core.intervaltimer': {
      const seconds = intervalSeconds(parameters);
      const facts = { type: 'interval', interval_seconds: seconds, timezone };
      return { schedule: intervalSchedule(seconds), facts };
    }
    case 'core.crontimer': {
      const expression = readText(parameters, 'expression');
      const facts = { type: 'cron', expression, timezone };
      return { schedule: cronSchedule(expression, timezone), facts };
    }
    case 'core.datetimetimer': {
      const fireAt = readText(parameters, 'fire_at');
      const facts = { type: 'one_shot', fire_at: fireAt, timezone };
      return { schedule: datetimeSchedule(fireAt, timezone), facts };
    }
    case 'core.rruletimer': {
      const rrule = readText(parameters, 'rrule');
      return {
        schedule: rruleSchedule(rrule, timezone),
        facts: { type: 'rrule', rrule, timezone },
      };
    }
    default:
      throw new ParameterError(`'${triggerRef}' is none of the timers`);
  }
}

function intervalSeconds(parameters: Parameters): number {
  const seconds =
    readCount(parameters, 'interval') *
    UNIT_SECONDS[readChoice(parameters, 'unit', UNITS, 'seconds')];
  if (seconds <= INTERVAL_SECONDS_MAX) return seconds;
  throw new ParameterError(`an interval of ${seconds} s is too long; 100 years are the most`);
}
