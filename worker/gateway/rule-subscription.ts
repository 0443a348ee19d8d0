import type { RuleState } from '#server/sensors/process-rules.ts';
import { byId, diffRules, type RuleChange, type RuleStates, withSilent } from './rule-changes.ts';
import type { RuleFollower } from './rule-watch.ts';

const ALL = '*';

interface Memory {
  /** What the subscriber knew before it subscribed; null: whatever is so now. */
  readonly knownBefore: (triggerRef: string) => RuleStates | null;
  readonly tell: (changes: readonly RuleChange[]) => void;
  readonly remember: (triggerRef: string, rules: RuleStates) => void;
}

/** What one connection was told of the rules of the triggers that it follows. */
export class RuleSubscription implements RuleFollower {
  /** By trigger; null until the first look. */
  readonly #told = new Map<string, RuleStates | null>();
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get size(): number {
    return this.#told.size;
  }

  get triggerRefs(): ReadonlySet<string> | null {
    return this.#told.has(ALL) ? null : new Set(this.#told.keys());
  }

  has(triggerRef: string): boolean {
    return this.#told.has(triggerRef);
  }

  /** @param triggerRef null: every trigger */
  add(triggerRef: string | null): void {
    const key = triggerRef ?? ALL;
    if (!this.#told.has(key)) this.#told.set(key, null);
  }

  remove(triggerRef: string | null): void {
    this.#told.delete(triggerRef ?? ALL);
  }

  take(rules: readonly RuleState[], covers: ReadonlySet<string> | null): void {
    const changes = [...this.#told.keys()]
      .filter((key) => covers === null || covers.has(key))
      .flatMap((key) => this.#changesOf(key, rules));
    if (changes.length === 0) return;
    const isGone = ({ kind }: RuleChange) => kind === 'rule.deleted';
    // Subscribers keep rules by id: one that moved between two triggers must be taken away first. And whoever
    // follows a trigger and everything is told once.
    const unique = new Map(changes.map((change) => [`${change.kind} ${change.rule.id}`, change]));
    this.#memory.tell(
      [...unique.values()].toSorted((a, b) => Number(isGone(b)) - Number(isGone(a))),
    );
  }

  #changesOf(key: string, rules: readonly RuleState[]): RuleChange[] {
    const now = byId(key === ALL ? rules : rules.filter(({ trigger_ref: ref }) => ref === key));
    const told = this.#told.get(key) ?? this.#firstLook(key, now);
    this.#told.set(key, now);
    this.#memory.remember(key, now);
    return diffRules(told, now);
  }

  #firstLook(key: string, now: RuleStates): RuleStates {
    const before = this.#memory.knownBefore(key);
    return before === null ? now : withSilent(before, now);
  }
}
