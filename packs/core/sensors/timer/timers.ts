import { toEvent, type TimerEvent } from './event.ts';
import { Heap } from './heap.ts';
import { reasonOf, type Log } from './log.ts';
import type { Rule } from './rule.ts';
import { timesBetween } from './schedule.ts';
import { readTimer, type Timer } from './timer.ts';

/** A fire up to this late is a fire; later than this it was missed, and the rule's policy decides. */
const LATE_MS_MAX = 5_000;
/** With the policy `all`, what is made up for at most. */
const MISSED_FIRES_MAX = 100;

type Entry = {
  rule: Rule;
  readonly timer: Timer;
  /** From when on we fire it ourselves; what was due before is for `catchUp`. */
  readonly sinceMs: number;
  count: number;
  lastMs: number | null;
  nextMs: number | null;
};

type Due = { readonly dueMs: number; readonly entry: Entry };

export type TimersOptions = {
  readonly sensorRef: string;
  readonly log: Log;
  readonly emit: (event: TimerEvent) => void;
  /** Told of every fire of a rule that makes up for missed ones. */
  readonly remember: (ruleId: number, fire: { atMs: number; count: number }) => void;
  readonly forget: (ruleId: number) => void;
};

/** All timers of all rules. It has no clock: whoever calls says what time it is. */
export class Timers {
  readonly #entries = new Map<number, Entry>();
  readonly #due = new Heap<Due>();
  readonly #refused = new Map<number, string>();
  readonly #options: TimersOptions;

  constructor(options: TimersOptions) {
    this.#options = options;
  }

  get rules(): Rule[] {
    return [...this.#entries.values()].map(({ rule }) => rule);
  }

  /** When `tick` has something to do next; null when never. */
  get dueMs(): number | null {
    return this.#due.peek()?.dueMs ?? null;
  }

  /** Adds a rule or takes its changes. A rule that is as before is left as it is. */
  set(rule: Rule, nowMs: number): void {
    const old = this.#entries.get(rule.id);
    if (old !== undefined && fingerprint(old.rule) === fingerprint(rule)) {
      old.rule = { ...rule, updatedMs: rule.updatedMs ?? old.rule.updatedMs };
      return;
    }
    if (this.#refused.get(rule.id) === fingerprint(rule)) return;
    this.tick(nowMs);
    this.#entries.delete(rule.id);
    this.#refused.delete(rule.id);
    const { log } = this.#options;
    try {
      const timer = readTimer(rule.triggerRef, rule.parameters);
      const lastMs = old?.lastMs ?? null;
      const entry = { rule, timer, sinceMs: nowMs, count: old?.count ?? 0, lastMs, nextMs: null };
      this.#schedule(entry, Math.max(nowMs, lastMs ?? nowMs));
      this.#entries.set(rule.id, entry);
    } catch (error) {
      this.#refused.set(rule.id, fingerprint(rule));
      log('error', `rule ${rule.ref} does not fire: ${reasonOf(error)}`);
    }
  }

  remove(ruleId: number): void {
    this.#refused.delete(ruleId);
    const entry = this.#entries.get(ruleId);
    if (entry === undefined) return;
    this.#entries.delete(ruleId);
    this.#options.forget(ruleId);
    this.#options.log('info', `rule ${entry.rule.ref} fires no more`);
  }

  /** Fires everything that is due. */
  tick(nowMs: number): void {
    for (let item = this.#due.peek(); item !== undefined; item = this.#due.peek()) {
      const { dueMs, entry } = item;
      const isCurrent = this.#isCurrent(item);
      if (isCurrent && dueMs > nowMs) return;
      this.#due.pop();
      if (isCurrent) this.#guarded(entry, () => this.#fireDue(entry, dueMs, nowMs));
    }
  }

  /**
   * Makes up, by its policy, for what a rule missed while no sensor ran: what was due after its last
   * known fire and its last change, until this process took it over.
   */
  catchUp(ruleId: number, last: { atMs: number; count: number } | null, nowMs: number): void {
    const entry = this.#entries.get(ruleId);
    const known = [last?.atMs, entry?.rule.updatedMs].filter((at) => typeof at === 'number');
    if (entry === undefined || entry.timer.missed === 'skip' || known.length === 0) return;
    entry.count += last?.count ?? 0;
    const fromMs = Math.max(...known) + 1;
    this.#guarded(entry, () => this.#makeUp(entry, fromMs, entry.sinceMs, nowMs));
  }

  #fireDue(entry: Entry, dueMs: number, nowMs: number): void {
    const { schedule } = entry.timer;
    const lateMs = nowMs - LATE_MS_MAX;
    if (dueMs <= lateMs) this.#makeUp(entry, dueMs, lateMs, nowMs);
    let at = dueMs > lateMs ? dueMs : schedule.next(lateMs);
    while (at !== null && at <= nowMs) {
      this.#fire(entry, at, nowMs, false);
      at = schedule.next(at);
    }
    this.#schedule(entry, nowMs);
  }

  #makeUp(entry: Entry, fromMs: number, toMs: number, nowMs: number): void {
    const { schedule, missed } = entry.timer;
    const most = missed === 'all' ? MISSED_FIRES_MAX : 1;
    const times = timesBetween(schedule, fromMs, toMs, most);
    const [first] = times;
    if (first === undefined) return;
    const since = new Date(fromMs).toISOString();
    if (missed === 'skip') {
      this.#options.log('warn', `rule ${entry.rule.ref} skips the fires missed since ${since}`);
      return;
    }
    const isCut = timesBetween(schedule, fromMs, first - 1, 1).length > 0;
    this.#options.log(
      'warn',
      `rule ${entry.rule.ref} makes up for ${times.length} missed fires since ${since}` +
        (isCut && missed === 'all'
          ? `, the latest; more than ${MISSED_FIRES_MAX} are not made up for`
          : ''),
    );
    for (const at of times) this.#fire(entry, at, nowMs, true);
  }

  #fire(entry: Entry, scheduledMs: number, firedMs: number, isMissed: boolean): void {
    const { rule, timer } = entry;
    const { emit, remember, sensorRef } = this.#options;
    entry.count += 1;
    entry.lastMs = Math.max(entry.lastMs ?? scheduledMs, scheduledMs);
    emit(toEvent({ rule, timer, scheduledMs, firedMs, count: entry.count, isMissed, sensorRef }));
    if (timer.missed !== 'skip') remember(rule.id, { atMs: entry.lastMs, count: entry.count });
  }

  #schedule(entry: Entry, afterMs: number): void {
    const { log } = this.#options;
    entry.nextMs = entry.timer.schedule.next(afterMs);
    if (entry.nextMs === null) {
      const why = entry.lastMs === null ? 'its time has passed' : 'that was its last time';
      log(entry.lastMs === null ? 'warn' : 'info', `rule ${entry.rule.ref} will not fire: ${why}`);
      return;
    }
    this.#due.push({ dueMs: entry.nextMs, entry });
    // Changed rules leave their old times behind; they would lie there until they are due.
    if (this.#due.size > 2 * this.#entries.size + 64)
      this.#due.keep((item) => this.#isCurrent(item) || item.entry === entry);
    if (entry.lastMs === null) {
      log('info', `rule ${entry.rule.ref} fires next at ${new Date(entry.nextMs).toISOString()}`);
    }
  }

  #isCurrent({ dueMs, entry }: Due): boolean {
    return this.#entries.get(entry.rule.id) === entry && entry.nextMs === dueMs;
  }

  /** One rule that cannot be computed must not stop the others. */
  #guarded(entry: Entry, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#entries.delete(entry.rule.id);
      this.#refused.set(entry.rule.id, fingerprint(entry.rule));
      this.#options.log('error', `rule ${entry.rule.ref} fires no more: ${reasonOf(error)}`);
    }
  }
}

const fingerprint = ({ ref, triggerRef, parameters }: Rule): string =>
  JSON.stringify([
    ref,
    triggerRef,
    Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);
