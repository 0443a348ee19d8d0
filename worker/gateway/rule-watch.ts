import { onChange } from '#server/live/changes.ts';
import { log } from '#server/log.ts';
import { listRuleStates, type RuleState } from '#server/sensors/process-rules.ts';
import type { RuleStates } from './rule-changes.ts';

const RETRY_MS = 1_000;
/** A notification that was lost is made up for by looking now and then. */
const BACKSTOP_MS = 15_000;

/** Those who follow rules: of some triggers, or of all (null). */
export interface RuleFollower {
  readonly triggerRefs: ReadonlySet<string> | null;
  /** The rules of its triggers as they are now. */
  take(rules: RuleStates): void;
}

/** Reads the rules again after each change, once for all followers. */
export class RuleWatch implements Disposable {
  readonly #followers = new Set<RuleFollower>();
  readonly #stopListening: () => void;
  readonly #backstop: NodeJS.Timeout;
  #isReading = false;
  #isStale = false;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor() {
    this.#stopListening = onChange(['rules'], () => this.#read());
    this.#backstop = setInterval(() => this.#read(), BACKSTOP_MS);
  }

  /** The follower is given its rules soon, and after each change; calling again gives them once more. */
  follow(follower: RuleFollower): void {
    this.#followers.add(follower);
    this.#read();
  }

  leave(follower: RuleFollower): void {
    this.#followers.delete(follower);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#stopListening();
    clearInterval(this.#backstop);
    clearTimeout(this.#retry);
  }

  #read(): void {
    // A change that comes while we read may be missing in what we get: read once more.
    this.#isStale = true;
    if (this.#isReading || this.#isClosed || this.#followers.size === 0) return;
    this.#isReading = true;
    this.#readAll()
      .catch((error: unknown) => {
        log.warn({ err: error }, 'the rules could not be read for the subscribers of the gateway');
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.#read(), RETRY_MS);
      })
      .finally(() => {
        this.#isReading = false;
      });
  }

  async #readAll(): Promise<void> {
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      const followers = [...this.#followers];
      // What a follower adds while we read is read in the next round.
      const asked = followers.map(({ triggerRefs }) => (triggerRefs === null ? null : new Set(triggerRefs)));
      const rules = await listRuleStates(unionOf(asked));
      for (const [i, follower] of followers.entries()) {
        if (this.#followers.has(follower)) follower.take(select(rules, asked[i] ?? null, follower));
      }
    }
  }
}

function unionOf(sets: readonly (ReadonlySet<string> | null)[]): string[] | null {
  const refs = new Set<string>();
  for (const set of sets) {
    if (set === null) return null;
    for (const ref of set) refs.add(ref);
  }
  return [...refs];
}

const select = (
  rules: readonly RuleState[],
  asked: ReadonlySet<string> | null,
  { triggerRefs }: RuleFollower,
): RuleStates =>
  new Map(
    rules
      .filter(({ trigger_ref: ref }) => (asked === null || asked.has(ref)) && (triggerRefs === null || triggerRefs.has(ref)))
      .map((rule) => [rule.id, rule]),
  );
