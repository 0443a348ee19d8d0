import type { Api } from './api.ts';
import { isRecord, type JsonRecord } from './json.ts';
import { reasonOf, type Log } from './log.ts';
import { readRule, type Rule } from './rule.ts';
import type { Timers } from './timers.ts';

export type RulesOptions = {
  readonly api: Api;
  readonly timers: Timers;
  readonly triggerRefs: readonly string[];
  readonly log: Log;
  /** The timers have changed. */
  readonly onChange: () => void;
};

/**
 * Keeps the timers as the rules are: told of changes, and comparing with the API after every
 * connection and now and then, since a notification that was lost is never sent again.
 */
export class Rules {
  readonly #options: RulesOptions;
  /** For each rule, when (in `#clock`'s counting) we were last told of it. */
  readonly #toldAt = new Map<number, number>();
  #clock = 0;
  #syncing: Promise<boolean> | null = null;

  constructor(options: RulesOptions) {
    this.#options = options;
  }

  /** Takes what the sensor was started with. */
  begin(rules: readonly Rule[]): void {
    for (const rule of rules) this.#set(rule);
  }

  /** Takes a `rule_lifecycle_changed` notification. */
  async told(payload: JsonRecord): Promise<void> {
    const change = toChange(payload['event_type']);
    const rule = readRule(payload);
    if (change === null || rule === null) return;
    const at = ++this.#clock;
    this.#toldAt.set(rule.id, at);
    this.#options.log('debug', `told of ${change} of rule ${rule.ref}`);
    const isGone = change === 'deleted' || change === 'disabled' || payload['active'] === false;
    if (isGone) return this.#remove(rule.id);
    const hasParameters = isRecord(payload['trigger_params']) || isRecord(payload['config']);
    if (hasParameters) return this.#set(rule);
    try {
      const read = await this.#read(rule.ref);
      if (this.#toldAt.get(rule.id) !== at) return; // a later word came while we asked
      if (read === null) this.#remove(rule.id);
      else this.#set(read);
    } catch (error) {
      this.#options.log(
        'warn',
        `rule ${rule.ref} cannot be read: ${reasonOf(error)}; it will be tried again`,
      );
    }
  }

  /** Compares with the API. @returns whether it could */
  sync(): Promise<boolean> {
    const running = this.#syncing ?? this.#compare();
    this.#syncing = running;
    return running.finally(() => (this.#syncing = null));
  }

  async #compare(): Promise<boolean> {
    const at = ++this.#clock;
    const isNewer = (id: number): boolean => (this.#toldAt.get(id) ?? 0) > at;
    const { api, timers, triggerRefs, log } = this.#options;
    try {
      const enabled = new Map<number, Rule>();
      for (const triggerRef of triggerRefs) {
        const rows = await api.list(
          `/api/v1/rules?enabled=true&trigger_ref=${encodeURIComponent(triggerRef)}`,
        );
        for (const rule of rows.flatMap((row) => readRule(row) ?? [])) enabled.set(rule.id, rule);
      }
      for (const rule of enabled.values()) if (!isNewer(rule.id)) this.#set(rule);
      for (const { id, ref } of timers.rules) {
        // A list read page by page can miss a row that moved; the rule itself cannot be wrong.
        if (enabled.has(id) || isNewer(id)) continue;
        const rule = await this.#read(ref);
        if (isNewer(id)) continue;
        if (rule?.id === id) this.#set(rule);
        else this.#remove(id);
      }
      return true;
    } catch (error) {
      log('warn', `the rules cannot be read: ${reasonOf(error)}; it will be tried again`);
      return false;
    }
  }

  async #read(ref: string): Promise<Rule | null> {
    const { status, body } = await this.#options.api.call(
      'GET',
      `/api/v1/rules/${encodeURIComponent(ref)}`,
    );
    if (status === 404) return null;
    if (status !== 200 || !isRecord(body)) throw new Error(`the API answered ${status}`);
    const data = isRecord(body['data']) ? body['data'] : body;
    return data['enabled'] === false ? null : readRule(data);
  }

  #set(rule: Rule): void {
    // A rule that has been given another trigger is no longer ours.
    if (!this.#options.triggerRefs.includes(rule.triggerRef)) return this.#remove(rule.id);
    this.#options.timers.set(rule, Date.now());
    this.#options.onChange();
  }

  #remove(ruleId: number): void {
    this.#options.timers.remove(ruleId);
    this.#options.onChange();
  }
}

/** `rule.created` and the older `RuleCreated` mean the same. */
function toChange(eventType: unknown): string | null {
  const match = /^rule[._]?(created|enabled|updated|disabled|deleted)$/i.exec(String(eventType));
  return match?.[1]?.toLowerCase() ?? null;
}
