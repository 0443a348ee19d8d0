import { jsonEquals } from '#lib/domain/json.ts';
import type { WantedSensor } from '#server/sensors/process-wanted.ts';

/** Whether a process that was started for one may go on for the other, its rules aside. */
export const sameProgram = (a: WantedSensor, b: WantedSensor): boolean =>
  a.ref === b.ref &&
  a.pack_ref === b.pack_ref &&
  a.entrypoint === b.entrypoint &&
  a.runner_type === b.runner_type &&
  a.storage_path === b.storage_path &&
  a.mq === b.mq &&
  jsonEquals(a.trigger_refs, b.trigger_refs) &&
  jsonEquals(a.config, b.config) &&
  jsonEquals(a.param_schema, b.param_schema);

export const sameRules = (a: WantedSensor, b: WantedSensor): boolean =>
  jsonEquals(a.rules, b.rules);

/** The triggers of rules that only one of them has, or that differ. */
export function triggersThatDiffer(a: WantedSensor, b: WantedSensor): string[] {
  const differing = [
    ...a.rules.filter((rule) => !b.rules.some((other) => jsonEquals(rule, other))),
    ...b.rules.filter((rule) => !a.rules.some((other) => jsonEquals(rule, other))),
  ];
  return [...new Set(differing.map(({ trigger_ref: ref }) => ref))];
}
