import { config } from '#server/config.ts';
import type { AttemptFence } from '#server/executions/fence.ts';
import { LeaseConnection } from '#server/executions/lease-connection.ts';
import { log } from '#server/log.ts';

/** Who took the attempt: another hand, which the database told us, or nobody that we know of, for it does not answer. */
export type LossReason = 'taken' | 'cut_off';

interface Held {
  readonly fence: AttemptFence;
  readonly onLost: (reason: LossReason) => void;
  /** By the clock that no one sets: ms since this process began. */
  renewedAt: number;
  /** It was told so, and is held on to until it has ended: its process may still be there. */
  isLost: boolean;
}

/**
 * Renews the leases of all running attempts of this worker. An attempt that is in other hands is told so once; and so
 * is every one when the database has not answered for as long as others wait before they take over.
 */
export class Leases implements AsyncDisposable {
  readonly #connection = new LeaseConnection();
  readonly #held = new Map<number, Held>();
  readonly #timer: NodeJS.Timeout;
  #renewing: Promise<void> | undefined;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), leaseMs() / 3);
  }

  /** The attempts that this worker knows to be its own. */
  get heldIds(): number[] {
    return [...this.#held.keys()];
  }

  /** @returns how to stop renewing */
  hold(fence: AttemptFence, onLost: (reason: LossReason) => void): Disposable {
    this.#held.set(fence.id, { fence, onLost, renewedAt: performance.now(), isLost: false });
    return { [Symbol.dispose]: () => this.#held.delete(fence.id) };
  }

  /**
   * Whether an attempt may begin its work. A process that slept since the claim may have lost it: then the database is
   * asked first.
   *
   * @throws Error when it does not answer
   */
  async isStillOurs({ id }: AttemptFence): Promise<boolean> {
    const held = this.#held.get(id);
    if (held === undefined || held.isLost) return false;
    if (performance.now() - held.renewedAt < leaseMs() / 2) return true;
    await this.#renew();
    return !held.isLost;
  }

  #tick(): void {
    this.#giveUpUnanswered();
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
    const ours = await this.#connection.renew(asked.map(({ fence }) => fence));
    for (const held of asked) {
      if (ours.has(held.fence.id)) held.renewedAt = askedAt;
      else this.#lose(held, 'taken');
    }
  }

  #giveUpUnanswered(): void {
    const patienceMs = leaseMs() + config().LEASE_GRACE_SECONDS * 1000;
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
    clearInterval(this.#timer);
    await this.#renewing;
    await this.#connection[Symbol.asyncDispose]();
  }
}

const leaseMs = (): number => config().LEASE_SECONDS * 1000;
