import type { RuleState } from '#server/sensors/process-rules.ts';
import { byId, type RuleStates } from './rule-changes.ts';

interface Seed {
  readonly told: Map<string, RuleStates>;
  hasConnected: boolean;
}

/**
 * What the sensor processes of this worker know of their rules: what they were started with, and what they were told
 * since. So nothing is missed between the start and the subscription, nor while a connection is down.
 */
export class SensorSeeds {
  readonly #seeds = new Map<number, Seed>();

  expect(sensorId: number, rules: readonly RuleState[]): void {
    const told = new Map<string, RuleStates>();
    for (const [ref, those] of Map.groupBy(rules, (rule) => rule.trigger_ref))
      told.set(ref, byId(those));
    this.#seeds.set(sensorId, { told, hasConnected: false });
  }

  forget(sensorId: number): void {
    this.#seeds.delete(sensorId);
  }

  connected(sensorId: number): void {
    const seed = this.#seeds.get(sensorId);
    if (seed !== undefined) seed.hasConnected = true;
  }

  hasConnected(sensorId: number): boolean {
    return this.#seeds.get(sensorId)?.hasConnected ?? false;
  }

  /** Null for a sensor that does not run here: nobody knows what it was started with. */
  knownTo(sensorId: number, triggerRef: string): RuleStates | null {
    const seed = this.#seeds.get(sensorId);
    return seed === undefined ? null : (seed.told.get(triggerRef) ?? new Map());
  }

  tell(sensorId: number, triggerRef: string, rules: RuleStates): void {
    this.#seeds.get(sensorId)?.told.set(triggerRef, rules);
  }
}
