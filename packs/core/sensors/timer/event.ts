import type { Rule } from './rule.ts';
import type { Timer } from './timer.ts';

/** An event as the gateway and the API take it. */
export type TimerEvent = {
  readonly trigger_ref: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly trigger_instance_id: string;
  readonly dedupe_key: string;
};

export type Fire = {
  readonly rule: Rule;
  readonly timer: Timer;
  readonly scheduledMs: number;
  readonly firedMs: number;
  /** Fires of the rule, this one included. */
  readonly count: number;
  readonly isMissed: boolean;
  readonly sensorRef: string;
};

/** The key is the rule and the scheduled time: whoever sends it, however often, it is one event. */
export function toEvent(fire: Fire): TimerEvent {
  const { rule, timer, scheduledMs, firedMs } = fire;
  return {
    trigger_ref: rule.triggerRef,
    payload: {
      ...timer.facts,
      scheduled_at: toRfc3339(scheduledMs),
      fired_at: toRfc3339(firedMs),
      ...kindFacts(fire),
      missed: fire.isMissed,
      execution_count: fire.count,
      sensor_ref: fire.sensorRef,
    },
    trigger_instance_id: `rule_${rule.id}`,
    dedupe_key: `timer:${rule.id}:${new Date(scheduledMs).toISOString()}`,
  };
}

function kindFacts({ timer, scheduledMs, firedMs }: Fire): Record<string, unknown> {
  switch (timer.facts.type) {
    case 'cron':
    case 'rrule': {
      const next = timer.schedule.next(scheduledMs);
      return { next_fire_at: next === null ? null : toRfc3339(next) };
    }
    case 'one_shot':
      return { delay_ms: Math.max(0, firedMs - scheduledMs) };
    default:
      return {};
  }
}

/** `2027-01-01T00:00:00.000+00:00`, the way the API writes times. */
const toRfc3339 = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00');
