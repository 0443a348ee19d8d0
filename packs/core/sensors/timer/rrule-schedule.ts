import { RRuleTemporal } from 'rrule-temporal';
import { ParameterError } from './parameters.ts';
import type { Schedule } from './schedule.ts';

/**
 * An RFC 5545 recurrence. Without DTSTART it counts from midnight of 1970-01-01 in the zone, for
 * the same reason as an interval does: no start of ours may move it.
 *
 * @throws ParameterError when the rule is none, has COUNT without DTSTART, or is too hard to compute
 */
export function rruleSchedule(rrule: string, timeZone: string): Schedule {
  const text = withStart(normalized(rrule), timeZone);
  const rule = attempt(rrule, () => new RRuleTemporal({ rruleString: text, tzid: timeZone }));
  return {
    next: (afterMs) =>
      attempt(rrule, () => rule.next(new Date(afterMs), false)?.epochMilliseconds ?? null),
    previous: (atMs) =>
      attempt(rrule, () => rule.previous(new Date(atMs), true)?.epochMilliseconds ?? null),
  };
}

/** Forms give one line, and often a bare `FREQ=…`. */
function normalized(rrule: string): string {
  const lines = rrule
    .replaceAll('\\n', '\n')
    .split(/\r?\n|\s+(?=RRULE|EXDATE|RDATE|DTSTART)/i)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.map((line) => (/^FREQ=/i.test(line) ? `RRULE:${line}` : line)).join('\n');
}

function withStart(text: string, timeZone: string): string {
  if (!/^RRULE:/im.test(text)) {
    throw new ParameterError(
      `the parameter 'rrule' must hold a rule such as FREQ=DAILY;BYHOUR=9, not '${text}'`,
    );
  }
  if (/^DTSTART/im.test(text)) return inZone(text, timeZone);
  if (/COUNT=/i.test(text)) {
    throw new ParameterError(`the rule '${text}' has a COUNT, which needs a DTSTART to count from`);
  }
  return `DTSTART;TZID=${timeZone}:19700101T000000\n${text}`;
}

/** A DTSTART without a zone and without Z is a wall-clock time of the timer's zone. */
function inZone(text: string, timeZone: string): string {
  return text.replace(/^DTSTART:(\d{8})(?:T(\d{6}))?$/im, (_, date: string, time = '000000') => {
    return `DTSTART;TZID=${timeZone}:${date}T${String(time)}`;
  });
}

function attempt<T>(rrule: string, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ParameterError(`the recurrence rule '${rrule}' is not usable: ${reason}`);
  }
}
