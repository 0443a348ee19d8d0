import { z } from 'zod';
import type { ExecutionFilter } from '#lib/contracts/executions.ts';
import { EXECUTION_STATUSES, type ExecutionStatus } from '#lib/domain/execution-status.ts';
import type { Search } from '#lib/search.ts';

const text = z.string().trim().min(1).max(200).optional().catch(undefined);

const RunSearch = z.object({
  // What is no status is dropped; the others stay.
  status: z
    .string()
    .transform((list) => EXECUTION_STATUSES.filter((status) => list.split(',').includes(status)))
    .catch([])
    .default([]),
  action: text,
  rule: text,
  trigger: text,
  trace: text,
  reason: z
    .string()
    .regex(/^[a-z_]{1,50}$/)
    .optional()
    .catch(undefined),
  worker: z.coerce.number().pipe(z.int().positive()).optional().catch(undefined),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .catch(undefined),
});
export type RunSearch = z.output<typeof RunSearch>;

/** What a reader wrote into the address; what does not parse is dropped. */
export const toRunSearch = (
  given: Readonly<Record<string, string | string[] | undefined>>,
): RunSearch => RunSearch.parse(given);

/** As it stands in the address. */
export const toSearch = ({ status, worker, ...rest }: RunSearch): Search => ({
  ...rest,
  status: status.length === 0 ? undefined : status.join(','),
  worker: worker?.toString(),
});

/** As the API wants it. */
export const toFilter = (
  { status, action, rule, trigger, trace, worker, reason, cursor }: RunSearch,
  pageSize: number,
): ExecutionFilter => ({
  page_size: pageSize,
  ...(status.length > 0 && { status }),
  ...(action !== undefined && { action_ref: action }),
  ...(rule !== undefined && { rule_ref: rule }),
  ...(trigger !== undefined && { trigger_ref: trigger }),
  ...(trace !== undefined && { trace_tag: trace }),
  ...(reason !== undefined && { end_reason: reason }),
  ...(worker !== undefined && { worker }),
  ...(cursor !== undefined && { cursor }),
});

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
