/** A sweeper that itself was away for longer than this cannot tell who else was. */
const GAP_MS_MAX = 8_000;

/**
 * Whether expired leases mean anything to this sweeper: after a time in which nobody could renew (the database was
 * down, the machine slept) every worker gets the length of a lease to do so first. All times are the database's.
 */
export class SweepTrust {
  #sawAt: number | undefined;
  #from = 0;

  /** @returns whether this sweep may take attempts from workers */
  begin(nowMs: number, leaseMs: number): boolean {
    if (this.#sawAt !== undefined && nowMs - this.#sawAt > GAP_MS_MAX) this.#from = nowMs + leaseMs;
    this.#sawAt = nowMs;
    return nowMs >= this.#from;
  }

  /** A long sweep is no absence: only one that fails leaves a gap. */
  end(nowMs: number): void {
    this.#sawAt = nowMs;
  }
}
