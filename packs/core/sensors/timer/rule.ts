import { isRecord, type Json } from './json.ts';
import type { Parameters } from './parameters.ts';

/** A rule as the sensor needs it. */
export type Rule = {
  readonly id: number;
  readonly ref: string;
  readonly triggerRef: string;
  readonly parameters: Parameters;
  /** When somebody last changed it; null when we were not told. */
  readonly updatedMs: number | null;
};

/** Reads a rule from any of its three wire forms: bootstrap entry, API answer, notification. */
export function readRule(value: Json | undefined): Rule | null {
  if (!isRecord(value)) return null;
  const id = Number(value['rule_id'] ?? value['id']);
  const ref = value['rule_ref'] ?? value['ref'];
  const triggerRef = value['trigger_ref'] ?? value['trigger_type'];
  const parameters = value['trigger_params'] ?? value['config'] ?? {};
  const updated = typeof value['updated'] === 'string' ? Date.parse(value['updated']) : Number.NaN;
  if (!Number.isSafeInteger(id) || typeof ref !== 'string' || typeof triggerRef !== 'string') {
    return null;
  }
  return {
    id,
    ref,
    triggerRef,
    parameters: isRecord(parameters) ? parameters : {},
    updatedMs: Number.isNaN(updated) ? null : updated,
  };
}
