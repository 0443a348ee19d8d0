import {
  BAR_COUNT,
  type Bars,
  type EndStatus,
  type FailingSensor,
  type Overview,
} from '#lib/overview.ts';
import { sql } from '#server/db/sql.ts';
import {
  CONFIGURED,
  ENDED,
  ENFORCEMENTS,
  EVENTS,
  LATE_CALLS,
  LIVE,
  LONGEST,
  STUCK,
  TIMES,
  WORST,
} from './statements.ts';

interface ConfiguredRow {
  rules: number;
  enabled_rules: number;
  triggers: number;
  sensors: number;
  processes: { ref: string; status: string; failures: number; error: string | null }[];
  workers: { name: string; slots: number; kind: string; cordoned: boolean }[];
}
interface EventRow {
  bar: number;
  trigger_ref: string;
  events: number;
  checks: number;
}
interface EnforcementRow {
  bar: number;
  created: number;
  without_run: number;
}
interface EndedRow {
  bar: number;
  status: EndStatus;
  n: number;
}
interface LiveRow {
  status: string;
  n: number;
  oldest_ms: string | null;
  longest_ms: string | null;
}

/** Reads the whole line. A look, not a ledger: its statements may see neighbouring instants. */
export async function readOverview(windowMinutes: number): Promise<Overview> {
  const window = [windowMinutes];
  const [[configured], events, enforcements, ended, [times], [worst], live, [longest], [late]] =
    await Promise.all([
      sql.query<ConfiguredRow>(CONFIGURED),
      sql.query<EventRow>(EVENTS, window),
      sql.query<EnforcementRow>(ENFORCEMENTS, window),
      sql.query<EndedRow>(ENDED, window),
      sql.query<{ queue: number[] | null; run: number[] | null }>(TIMES, window),
      sql.query<{ action_ref: string; runs: number; unhappy: number; since: Date }>(WORST, window),
      sql.query<LiveRow>(LIVE),
      sql.query<{ timeout_seconds: number }>(LONGEST),
      sql.query<{ n: number; at: Date | null; execution: number | null }>(LATE_CALLS, window),
    ]);
  const {
    rules,
    enabled_rules: enabled,
    triggers,
    sensors,
    processes,
    workers,
  } = configured ?? NOTHING;
  const isActive = (status: string) => status === 'running' || status === 'canceling';
  const running = live.filter(({ status }) => isActive(status));
  const waiting = live.filter(({ status }) => !isActive(status));
  const slots = total(workers.map((worker) => worker.slots));
  const runningCount = total(running.map(({ n }) => n));
  // The slots of a cordoned worker are free for nobody.
  const openSlots = total(workers.map((worker) => (worker.cordoned ? 0 : worker.slots)));
  const stuck = await sql.query<{ id: number }>(STUCK, [runningCount < openSlots]);
  const failing = failingSensors(processes);
  return {
    at: new Date().toISOString(),
    windowMinutes,
    rules: { total: rules, enabled },
    sensors: {
      total: sensors,
      running: processes.filter(({ status }) => status === 'running').length,
      failing: failing.length,
      stopped: processes.filter(({ status }) => status === 'stopped').length,
    },
    failingSensors: failing,
    triggers: { total: triggers, fired: firedTriggers(events) },
    events: total(events.map((row) => row.events)),
    checks: total(events.map((row) => row.checks)),
    enforcements: {
      created: total(enforcements.map((row) => row.created)),
      withoutRun: total(enforcements.map((row) => row.without_run)),
    },
    ended: endedByStatus(ended),
    worst: worst
      ? {
          actionRef: worst.action_ref,
          unhappy: worst.unhappy,
          runs: worst.runs,
          since: new Date(worst.since).toISOString(),
        }
      : null,
    waiting: {
      count: total(waiting.map(({ n }) => n)),
      oldestMs: largest(waiting.map((row) => row.oldest_ms)),
    },
    running: {
      count: runningCount,
      longestMs: largest(running.map((row) => row.longest_ms)),
      longestTimeoutSeconds: longest?.timeout_seconds ?? null,
    },
    workers: {
      alive: workers.length,
      slots,
      withoutIsolation: workers.filter(({ kind }) => kind === 'none').map(({ name }) => name),
    },
    queueMs: percentiles(times?.queue),
    runMs: percentiles(times?.run),
    stuck: stuck.map(({ id }) => id),
    lateTokenCalls: {
      count: late?.n ?? 0,
      execution: late?.execution ?? null,
      at: late?.at ? new Date(late.at).toISOString() : null,
    },
    bars: bars(events, enforcements, ended),
  };
}

const NOTHING: ConfiguredRow = {
  rules: 0,
  enabled_rules: 0,
  triggers: 0,
  sensors: 0,
  processes: [],
  workers: [],
};

const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

/** Numbers of the database come as text where they are exact. */
function largest(values: readonly (string | null)[]): number | null {
  const numbers = values.filter((value) => value !== null).map(Number);
  return numbers.length === 0 ? null : Math.max(0, ...numbers);
}

const percentiles = (pair: readonly number[] | null | undefined) => ({
  p50: pair?.[0] ?? null,
  p95: pair?.[1] ?? null,
});

const failingSensors = (processes: ConfiguredRow['processes']): FailingSensor[] =>
  processes
    .filter(({ status, failures }) => failures > 0 && status !== 'running' && status !== 'stopped')
    .map(({ ref, failures, error }) => ({ ref, failures, error }));

function firedTriggers(rows: readonly EventRow[]): { ref: string; events: number }[] {
  const byRef = new Map<string, number>();
  for (const { trigger_ref: ref, events } of rows) byRef.set(ref, (byRef.get(ref) ?? 0) + events);
  return [...byRef]
    .map(([ref, events]) => ({ ref, events }))
    .toSorted((a, b) => b.events - a.events);
}

function endedByStatus(rows: readonly EndedRow[]): Record<EndStatus, number> {
  const ended: Record<EndStatus, number> = {
    completed: 0,
    failed: 0,
    timeout: 0,
    cancelled: 0,
    abandoned: 0,
  };
  for (const { status, n } of rows) ended[status] += n;
  return ended;
}

function bars(
  events: readonly EventRow[],
  enforcements: readonly EnforcementRow[],
  ended: readonly EndedRow[],
): Bars {
  return {
    events: slices(events, (row) => row.events),
    triggers: slices(events, () => 1),
    checks: slices(events, (row) => row.checks),
    enforcements: slices(enforcements, (row) => row.created),
    finished: slices(ended, (row) => row.n),
    unhappy: slices(ended, (row) =>
      row.status === 'completed' || row.status === 'cancelled' ? 0 : row.n,
    ),
  };
}

function slices<Row extends { bar: number }>(
  rows: readonly Row[],
  valueOf: (row: Row) => number,
): number[] {
  const heights = Array.from({ length: BAR_COUNT }, () => 0);
  for (const row of rows) heights[row.bar] = (heights[row.bar] ?? 0) + valueOf(row);
  return heights;
}
