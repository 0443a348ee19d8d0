import { setTimeout as delay } from 'node:timers/promises';
import { config } from '#server/config.ts';
import type { AttemptFence } from '#server/executions/fence.ts';
import { LeaseConnection } from '#server/executions/lease-connection.ts';
import { log } from '#server/log.ts';

/** Who took the attempt: another hand, which the database told us, or nobody that we know of, for it does not answer. */
export type LossReason = 'taken' | 'cut_off';

interface Held {
  readonly fence: AttemptFence;
  readonly onLost: (reason: LossReason) => void;
  /** When the lease was last asked for that we have, by the clock that no one sets: ms since this process began. */
  renewedAt: number;
  /** It was told so, and is held on to until it has ended: its process may still be there. */
  isLost: boolean;
}

const ASK_AGAIN_MS = 100;
/** How often we look whether the database has been silent for too long; at most this. */
const LOOK_MS_MAX = 1_000;
/** What ending a process may take; at most this, and less where the grace of the others is short. */
const KILL_MS_MAX = 1_000;

/**
 * Renews the leases of all running attempts of this worker. An attempt that is in other hands is told so once. So is
 * every one when the database has been silent for so long that others are about to take over: its process is gone
 * before theirs starts.
 */
export class Leases implements AsyncDisposable {
  readonly #connection = new LeaseConnection();
  readonly #held = new Map<number, Held>();
  readonly #timers: readonly NodeJS.Timeout[];
  #renewing: Promise<void> | undefined;

  constructor() {
    this.#timers = [
      setInterval(() => this.#tick(), leaseMs() / 3),
      setInterval(() => this.#giveUpUnanswered(), lookMs()),
    ];
  }

  /** The attempts that this worker knows to be its own. */
  get heldIds(): number[] {
    return [...this.#held.keys()];
  }

  /**
   * @param since when the lease was asked for, in ms since this process began; the answer may have come late
   * @returns how to stop renewing
   */
  hold(fence: AttemptFence, since: number, onLost: (reason: LossReason) => void): Disposable {
    this.#held.set(fence.id, { fence, onLost, renewedAt: since, isLost: false });
    return { [Symbol.dispose]: () => this.#held.delete(fence.id) };
  }

  /**
   * Whether an attempt may begin its work. A process that slept since the claim may have lost it: then the database is
   * asked first.
   *
   * @throws Error when it does not answer
   */
  async isStillOurs({ id }: AttemptFence): Promise<boolean> {
    for (;;) {
      const held = this.#held.get(id);
      if (held === undefined || held.isLost) return false;
      if (isFresh(held)) return true;
      await this.#renew();
      // Somebody is at its row right now; who that is shows in a moment, or the lease is given up.
      if (!isFresh(held)) await delay(ASK_AGAIN_MS);
    }
  }

  #tick(): void {
    if (this.#renewing !== undefined || this.#held.size === 0) return;
    this.#renewing = this.#renew()
      .catch((error: unknown) => log.warn({ err: error }, 'leases could not be renewed'))
      .finally(() => {
        this.#renewing = undefined;
      });
  }

  async #renew(): Promise<void> {
    const asked = [...this.#held.values()].filter(({ isLost }) => !isLost);
    const askedAt = performance.now();
    const states = await this.#connection.renew(asked.map(({ fence }) => fence));
    for (const held of asked) {
      const state = states.get(held.fence.id);
      if (state === 'renewed') held.renewedAt = askedAt;
      else if (state === undefined) this.#lose(held, 'taken');
    }
  }

  #giveUpUnanswered(): void {
    const patienceMs = patienceOfUsMs();
    const now = performance.now();
    for (const held of this.#held.values()) {
      if (now - held.renewedAt > patienceMs) this.#lose(held, 'cut_off');
    }
  }

  #lose(held: Held, reason: LossReason): void {
    if (held.isLost) return;
    held.isLost = true;
    held.onLost(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#renewing;
    await this.#connection[Symbol.asyncDispose]();
  }
}

const isFresh = ({ renewedAt }: Held): boolean => performance.now() - renewedAt < leaseMs() / 2;

const leaseMs = (): number => config().LEASE_SECONDS * 1000;
const lookMs = (): number => Math.min(LOOK_MS_MAX, leaseMs() / 10);

/** The others wait for the lease and a grace. We are done by then: we look in time, and what is killed has to die. */
function patienceOfUsMs(): number {
  const graceMs = config().LEASE_GRACE_SECONDS * 1000;
  return leaseMs() + graceMs - lookMs() - Math.min(KILL_MS_MAX, graceMs / 4);
}
