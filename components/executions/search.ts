import { z } from 'zod';
import { type ExecutionFilter, TOKEN_STATES } from '#lib/contracts/executions.ts';
import { EXECUTION_STATUSES, type ExecutionStatus } from '#lib/domain/execution-status.ts';
import type { ExecutionLink } from '#lib/paths.ts';
import type { Search } from '#lib/search.ts';
import { Duration, Instant, toInstant, toMs } from './search-values.ts';

const words = z.string().trim().min(1).max(200).optional().catch(undefined);

const RunSearch = z.object({
  // What is no status is dropped; the others stay.
  status: z
    .string()
    .transform((list) => EXECUTION_STATUSES.filter((status) => list.split(',').includes(status)))
    .catch([])
    .default([]),
  action: words,
  rule: words,
  trigger: words,
  trace: words,
  reason: z
    .string()
    .regex(/^[a-z_]{1,50}$/)
    .optional()
    .catch(undefined),
  pack: words,
  /** An id, or a name. */
  worker: words,
  /** The login of whoever asked. */
  by: words,
  exit: z
    .string()
    .regex(/^\d{1,3}$/)
    .refine((code) => Number(code) <= 255)
    .optional()
    .catch(undefined),
  signal: z
    .string()
    .trim()
    .toUpperCase()
    .transform((name) => (name.startsWith('SIG') ? name : `SIG${name}`))
    .pipe(z.string().regex(/^SIG[A-Z0-9]{1,12}$/))
    .optional()
    .catch(undefined),
  retried: z.enum(['yes', 'no']).optional().catch(undefined),
  token: z.enum(TOKEN_STATES).optional().catch(undefined),
  from: Instant,
  to: Instant,
  min: Duration,
  max: Duration,
  /** Stands somewhere in the result. */
  text: words,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .catch(undefined),
} satisfies Record<keyof ExecutionLink | 'cursor', z.ZodType>);
export type RunSearch = z.output<typeof RunSearch>;

/** What a reader wrote into the address; what does not parse is dropped. */
export const toRunSearch = (
  given: Readonly<Record<string, string | string[] | undefined>>,
): RunSearch => RunSearch.parse(given);

/** A search for text reads the results themselves, so it does not go further back than this, unless it is told. */
export const TEXT_FROM = '-24h';

/** As the API wants it, but for the page: what a stream and a chart of the same list take too. */
export function toConditions(search: RunSearch, nowMs: number): Partial<ExecutionFilter> {
  const { status, worker, exit, retried } = search;
  const conditions = {
    status: status.length === 0 ? undefined : status,
    action_ref: search.action,
    pack_name: search.pack,
    rule_ref: search.rule,
    trigger_ref: search.trigger,
    trace_tag: search.trace,
    end_reason: search.reason,
    worker: worker !== undefined && IS_ID.test(worker) ? Number(worker) : undefined,
    worker_name: worker !== undefined && !IS_ID.test(worker) ? worker : undefined,
    executor_login: search.by,
    exit_code: exit === undefined ? undefined : Number(exit),
    signal: search.signal,
    retried: retried === undefined ? undefined : retried === 'yes',
    token_state: search.token,
    created_after:
      toInstant(search.from ?? (search.text === undefined ? undefined : TEXT_FROM), nowMs) ??
      undefined,
    created_before: toInstant(search.to, nowMs) ?? undefined,
    duration_ms_min: toMs(search.min) ?? undefined,
    duration_ms_max: toMs(search.max) ?? undefined,
    result_contains: search.text,
  } satisfies { [Name in keyof ExecutionFilter]?: ExecutionFilter[Name] | undefined };
  return Object.fromEntries(
    Object.entries(conditions).filter(([, value]) => value !== undefined),
  ) as Partial<ExecutionFilter>;
}

const IS_ID = /^[1-9]\d{0,8}$/;

/** The same as it stands in an address of the API. */
export const toApiSearch = (search: RunSearch, nowMs: number): Search =>
  Object.fromEntries(
    Object.entries(toConditions(search, nowMs)).map(([name, value]) => [name, String(value)]),
  );

/** One page of the list. */
export const toFilter = (search: RunSearch, pageSize: number, nowMs: number): ExecutionFilter => ({
  ...toConditions(search, nowMs),
  page_size: pageSize,
  ...(search.cursor !== undefined && { cursor: search.cursor }),
});

/**
 * What the stream of the list is asked for. Only what a run keeps all its life: a status that a row leaves would not be
 * told by a stream that only knows that status, and a time that is relative would be another address each time.
 */
export const toStreamSearch = (search: RunSearch): Search => {
  const { action, pack, rule, trigger, trace, by } = search;
  return {
    action_ref: action,
    pack_name: pack,
    rule_ref: rule,
    trigger_ref: trigger,
    trace_tag: trace,
    executor_login: by,
  };
};

/** Whether a change that the stream told certainly belongs to the list, or has to be asked for with it. */
export const isToldWhole = ({ worker, exit, signal, retried, token, min, max, text }: RunSearch) =>
  [worker, exit, signal, retried, token, min, max, text].every((value) => value === undefined);

/** The same list with one status more, or less. */
export const toggleStatus = (search: RunSearch, status: ExecutionStatus): RunSearch => ({
  ...search,
  cursor: undefined,
  status: EXECUTION_STATUSES.filter((one) => (one === status) !== search.status.includes(one)),
});

/** The same list for one reason of its end, or for all of them where it was that one already. */
export const toggleReason = (search: RunSearch, reason: string): RunSearch => ({
  ...search,
  cursor: undefined,
  reason: search.reason === reason ? undefined : reason,
});

/** The same list without one of its filters; without the reason of its end for a status, say. */
export const withoutFilter = (search: RunSearch, name: keyof RunSearch): RunSearch => ({
  ...search,
  cursor: undefined,
  [name]: name === 'status' ? [] : undefined,
});

/** The filters that are on, in words, but for statuses: those have buttons of their own. */
export function filtersOn(
  search: RunSearch,
): { name: keyof RunSearch; words: string; value: string }[] {
  return (Object.keys(FILTER_WORDS) as (keyof typeof FILTER_WORDS)[]).flatMap((name) => {
    const value = search[name];
    return value === undefined
      ? []
      : [{ name, words: FILTER_WORDS[name], value: value.replaceAll('_', ' ') }];
  });
}

const FILTER_WORDS = {
  action: 'action is',
  pack: 'pack is',
  rule: 'rule is',
  trigger: 'trigger is',
  trace: 'trace is',
  by: 'asked for by',
  worker: 'worker is',
  reason: 'ended by',
  exit: 'exit is',
  signal: 'signal is',
  retried: 'more than one attempt',
  token: 'token is',
  from: 'created from',
  to: 'created before',
  min: 'took at least',
  max: 'took at most',
  text: 'result has',
} as const;
