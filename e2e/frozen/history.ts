import type pg from 'pg';
import { insertRows, type Row } from './database.ts';
import { before } from './instant.ts';
import { ISOLATION, type LookedAt, writeLookedAt } from './looked-at.ts';

/** An hour of events, one each ten seconds. */
const EVENTS = 360;
const STEP_SECONDS = 10;
const TIMEOUT_SECONDS = 120;
/** The run of event n has the number `FIRST_RUN + n`. */
const FIRST_RUN = 500;
/** Deployments that are looked at one by one. */
const DEPLOYED = 333;
const NOT_DEPLOYED = 341;

/** What follows from an event, by its number: mostly one thing, sometimes nothing. */
const KINDS = [
  { trigger: 'ops.alert', rule: 'ops.page_on_call', action: 'ops.page' },
  { trigger: 'ops.alert', rule: 'ops.note_checkout', action: 'core.echo' },
  { trigger: 'ops.disk_filling', rule: 'ops.say_what_fills', action: 'core.echo' },
  { trigger: 'ops.alert', rule: null, action: null },
  { trigger: 'ops.alert', rule: 'ops.note_checkout', action: 'core.echo' },
  { trigger: 'ops.release', rule: 'ops.deploy_release', action: 'ops.deploy' },
  { trigger: 'ops.disk_filling', rule: 'ops.say_what_fills', action: 'core.echo' },
  { trigger: 'ops.alert', rule: 'ops.note_checkout', action: 'core.echo' },
] as const;

/** How a run ended that did not complete, by its number; `exit_code` null: it was killed. */
const UNHAPPY: Readonly<
  Record<number, { status: string; end_reason: string; exit_code: number | null; error: string }>
> = {
  5: { status: 'failed', end_reason: 'exit', exit_code: 3, error: 'drain refused' },
  16: { status: 'failed', end_reason: 'exit', exit_code: 1, error: 'nobody is on call' },
  21: { status: 'timeout', end_reason: 'timeout', exit_code: null, error: 'timed out' },
  37: {
    status: 'cancelled',
    end_reason: 'cancel',
    exit_code: null,
    error: 'Cancelled by mira: the wrong service',
  },
};
const UNHAPPY_EVERY = 45;

/** Everything that has happened in the house until it was frozen. */
export async function writeHistory(client: pg.Client): Promise<LookedAt> {
  await client.query('set session_replication_role = replica');
  await writeWorkers(client);
  await writeSensor(client);
  const numbers = Array.from({ length: EVENTS }, (_, n) => n);
  const ruleIds = await idsOf(client, 'rule');
  await insertRows(client, 'event', numbers.map(eventOf));
  const fired = numbers.filter((n) => kindOf(n).rule !== null);
  await insertRows(
    client,
    'enforcement',
    fired.map((n) => enforcementOf(n, ruleIds)),
  );
  await insertRows(client, 'execution', fired.map(executionOf));
  await insertRows(client, 'attempt', fired.map(attemptOf));
  const at = (n: number) => ({
    id: FIRST_RUN + n,
    startedAgo: startedSecondsAgo(n),
    took: tookSeconds(n),
  });
  return writeLookedAt(client, { deployed: at(DEPLOYED), notDeployed: at(NOT_DEPLOYED) });
}

async function writeWorkers(client: pg.Client): Promise<void> {
  await insertRows(
    client,
    'worker',
    ['edge-1', 'edge-2'].map((name, n) => ({
      id: n + 1,
      name,
      host: name,
      pid: 4_100 + n,
      version: '0.1.0',
      status: 'active',
      slots: 8,
      running: 1 - n,
      isolation: ISOLATION,
      runtimes: [],
      rss_bytes: 180_000_000,
      cordoned: false,
      started_at: before(86_400),
      last_heartbeat: before(2 + n),
    })),
  );
}

async function writeSensor(client: pg.Client): Promise<void> {
  const { 'ops.disk_watch': id } = await idsOf(client, 'sensor');
  await insertRows(client, 'sensor_process', [
    {
      sensor_id: id,
      worker_id: 1,
      generation: 1,
      status: 'running',
      started_at: before(86_000),
      consecutive_failures: 0,
      restarts: 0,
      active_rule_count: 1,
      wanted: 'run',
      restart_requests: 0,
      updated: before(86_000),
    },
  ]);
}

async function idsOf(client: pg.Client, table: string): Promise<Record<string, number>> {
  const { rows } = await client.query<{ ref: string; id: number }>(`select ref, id from ${table}`);
  return Object.fromEntries(rows.map(({ ref, id }) => [ref, id]));
}

const kindOf = (n: number) => KINDS[n % KINDS.length] ?? KINDS[0];
/** The newest is five seconds old. */
const secondsAgo = (n: number): number => (EVENTS - 1 - n) * STEP_SECONDS + 5;
const waitedSeconds = (n: number): number => 0.012 + (n % 7) * 0.004;
const startedSecondsAgo = (n: number): number => secondsAgo(n) - waitedSeconds(n);
function tookSeconds(n: number): number {
  if (endingOf(n)?.status === 'timeout') return TIMEOUT_SECONDS + 0.1;
  return kindOf(n).action === 'ops.deploy' ? 2.4 + (n % 11) * 0.6 : 0.03 + (n % 13) * 0.021;
}

const eventOf = (n: number): Row => ({
  id: n + 1,
  trigger_ref: kindOf(n).trigger,
  payload: { service: n % 3 === 0 ? 'checkout' : 'search', number: n },
  source_kind: kindOf(n).trigger === 'ops.disk_filling' ? 'sensor' : 'webhook',
  source_ref: kindOf(n).trigger,
  rule_set_revision: 100,
  created: before(secondsAgo(n)),
});

const enforcementOf = (n: number, ruleIds: Readonly<Record<string, number>>): Row => ({
  id: n + 1,
  rule_id: ruleIds[kindOf(n).rule ?? ''],
  rule_ref: kindOf(n).rule,
  rule_version: 1,
  trigger_ref: kindOf(n).trigger,
  event_id: n + 1,
  config: {},
  conditions: {},
  condition: 'all',
  status: 'processed',
  created: before(secondsAgo(n)),
  resolved_at: before(secondsAgo(n)),
});

const endingOf = (n: number) => UNHAPPY[n === NOT_DEPLOYED ? 5 : n % UNHAPPY_EVERY];

function executionOf(n: number): Row {
  const ending = endingOf(n);
  const { rule, trigger, action } = kindOf(n);
  const startedAgo = startedSecondsAgo(n);
  return {
    id: FIRST_RUN + n,
    action_ref: action,
    pack_ref: action?.split('.')[0],
    config: {},
    env_vars: {},
    enforcement_id: n + 1,
    rule_ref: rule,
    trigger_ref: trigger,
    identity_id: 1,
    permission_set_refs: [],
    status: ending?.status ?? 'completed',
    end_reason: ending?.end_reason ?? 'exit',
    result: { exit_code: ending?.exit_code ?? 0, error: ending?.error ?? null },
    timeout_seconds: TIMEOUT_SECONDS,
    max_retries: 0,
    idempotent: false,
    retry_on_timeout: false,
    cancellation_policy: 'allow_finish',
    attempt_count: 1,
    worker_id: 1 + (n % 2),
    cancel_requested_by: ending?.status === 'cancelled' ? 'mira' : null,
    cancel_reason: ending?.status === 'cancelled' ? 'the wrong service' : null,
    created: before(secondsAgo(n)),
    started_at: before(startedAgo),
    finished_at: before(startedAgo - tookSeconds(n)),
    updated: before(startedAgo - tookSeconds(n)),
  };
}

function attemptOf(n: number): Row {
  const ending = endingOf(n);
  const startedAgo = startedSecondsAgo(n);
  return {
    id: FIRST_RUN + n,
    execution_id: FIRST_RUN + n,
    number: 1,
    worker_id: 1 + (n % 2),
    epoch: 1,
    lease_expires_at: before(startedAgo - 15),
    status: ending?.status ?? 'completed',
    claimed_at: before(startedAgo),
    process_started_at: before(startedAgo - 0.01),
    ended_at: before(startedAgo - tookSeconds(n)),
    exit_code: ending === undefined ? 0 : ending.exit_code,
    signal: ending?.exit_code === null ? 'SIGTERM' : null,
    end_reason: ending?.end_reason ?? 'exit',
    ending: { left: 0, cause: 'exit', signals: [], kill_proven: true },
    isolation: ISOLATION,
    stdout_bytes: 0,
    stderr_bytes: 0,
    truncated_bytes: 0,
  };
}
