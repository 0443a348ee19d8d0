import { AppError } from '#lib/errors.ts';
import type { Caller } from './authenticate.ts';
import { followExecution } from './execution-follower.ts';
import { readFilter } from './filters.ts';
import { ruleNotification } from './messages.ts';
import { RuleSubscription } from './rule-subscription.ts';
import type { RuleWatch } from './rule-watch.ts';
import type { SensorSeeds } from './sensor-seeds.ts';

const SUBSCRIPTIONS_MAX = 200;

/** What all connections of a gateway share. */
export interface Surroundings {
  readonly watch: RuleWatch;
  readonly seeds: SensorSeeds;
}

interface Voice {
  readonly send: (text: string) => void;
  /** Says what is wrong with a request. */
  readonly complain: (message: string) => void;
}

/** What one connection follows. Whatever is told is told through its voice. */
export class Subscriptions implements Disposable {
  readonly #caller: Caller;
  readonly #watch: RuleWatch;
  readonly #voice: Voice;
  readonly #rules: RuleSubscription;
  readonly #executions = new Map<number, Promise<(() => void) | null>>();

  constructor(caller: Caller, { watch, seeds }: Surroundings, voice: Voice) {
    this.#caller = caller;
    this.#watch = watch;
    this.#voice = voice;
    const sensorId = caller.actor.kind === 'sensor' ? caller.actor.sensorId : null;
    this.#rules = new RuleSubscription({
      knownBefore: (triggerRef) => (sensorId === null ? null : seeds.knownTo(sensorId, triggerRef)),
      remember: (triggerRef, rules) => {
        if (sensorId !== null) seeds.tell(sensorId, triggerRef, rules);
      },
      tell: (changes) => {
        for (const change of changes) voice.send(ruleNotification(change));
      },
    });
  }

  follows(triggerRef: string): boolean {
    return this.#rules.has(triggerRef);
  }

  add(text: string): void {
    const answer = readFilter(text, this.#caller.actor);
    if (!answer.ok) return this.#voice.complain(answer.message);
    if (this.#rules.size + this.#executions.size >= SUBSCRIPTIONS_MAX) {
      return this.#voice.complain(
        `A connection has at most ${SUBSCRIPTIONS_MAX} subscriptions. Unsubscribe from one first.`,
      );
    }
    const { filter } = answer;
    if (filter.kind === 'execution') return this.#follow(filter.id);
    this.#rules.add(filter.triggerRef);
    this.#watch.follow(this.#rules);
  }

  remove(text: string): void {
    const answer = readFilter(text, this.#caller.actor);
    if (!answer.ok) return this.#voice.complain(answer.message);
    if (answer.filter.kind === 'rules') return this.#rules.remove(answer.filter.triggerRef);
    this.#leave(answer.filter.id);
  }

  [Symbol.dispose](): void {
    this.#watch.leave(this.#rules);
    for (const id of this.#executions.keys()) this.#leave(id);
  }

  #follow(id: number): void {
    if (this.#executions.has(id)) return;
    const following = followExecution(this.#caller.actor, id, this.#voice.send).catch(
      (error: unknown) => {
        this.#executions.delete(id);
        this.#voice.complain(
          error instanceof AppError
            ? error.message
            : `The execution ${id} cannot be followed now. Try again.`,
        );
        return null;
      },
    );
    this.#executions.set(id, following);
  }

  #leave(id: number): void {
    void this.#executions.get(id)?.then((stop) => stop?.());
    this.#executions.delete(id);
  }
}
