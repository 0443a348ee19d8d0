import { onChange } from '#server/live/changes.ts';
import { log } from '#server/log.ts';
import { listRuleStates, type RuleState } from '#server/sensors/process-rules.ts';

const RETRY_MS = 1_000;
/** A change whose notification was lost is found by looking now and then. */
const BACKSTOP_MS = 15_000;

/** Those who follow rules: of some triggers, or of all (null). */
export interface RuleFollower {
  readonly triggerRefs: ReadonlySet<string> | null;
  /** Rules as they are now; `covers` says which triggers were read (null: all of them). */
  take(rules: readonly RuleState[], covers: ReadonlySet<string> | null): void;
}

/** Reads the rules after each change, once for all followers. */
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

  /** The follower gets its rules soon, and after each change. To be called again when it follows more. */
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
      const covers = unionOf([...this.#followers]);
      const rules = await listRuleStates(covers === null ? null : [...covers]);
      for (const follower of this.#followers) follower.take(rules, covers);
    }
  }
}

function unionOf(followers: readonly RuleFollower[]): ReadonlySet<string> | null {
  const refs = new Set<string>();
  for (const { triggerRefs } of followers) {
    if (triggerRefs === null) return null;
    for (const ref of triggerRefs) refs.add(ref);
  }
  return refs;
}
