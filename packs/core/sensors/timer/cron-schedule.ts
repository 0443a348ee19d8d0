import { Cron } from 'croner';
import { ParameterError } from './parameters.ts';
import type { Schedule } from './schedule.ts';

/** @throws ParameterError when the expression is none, or can never match */
export function cronSchedule(expression: string, timeZone: string): Schedule {
  const cron = parse(expression, timeZone);
  const schedule: Schedule = {
    next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() ?? null,
    // croner looks at whole seconds before the one given, hence the next full second
    previous: (atMs) =>
      cron.previousRuns(1, new Date(Math.floor(atMs / 1000) * 1000 + 1000))[0]?.getTime() ?? null,
  };
  if (schedule.next(Date.UTC(2000, 0, 1)) === null) {
    throw new ParameterError(`the cron expression '${expression}' never matches`);
  }
  return schedule;
}

function parse(expression: string, timeZone: string): Cron {
  try {
    return new Cron(expression, { timezone: timeZone, mode: '5-or-6-parts', paused: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ParameterError(`the cron expression '${expression}' is not valid: ${reason}`);
  }
}
