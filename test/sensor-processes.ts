import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { publishSigningKey } from '#server/auth/signing-key.ts';
import { config } from '#server/config.ts';
import { ownRunsDirectory } from '#worker/host/owner.ts';
import { sql } from '#server/db/sql.ts';
import { closeLive } from '#server/live/changes.ts';
import { type Gateway, startGateway } from '#worker/gateway/start-gateway.ts';
import { type ProcessHost, startProcessHost } from '#worker/host/process-host.ts';
import { PackCopies } from '#worker/packs/pack-copies.ts';
import { type ProbedRuntime, probeRuntimes } from '#worker/runtimes/runtimes.ts';
import type { SensorsContext } from '#worker/sensors/context.ts';
import { superviseSensors } from '#worker/sensors/supervise-sensors.ts';
import { aWorker } from './catalogue.ts';
import type { SensorFixture } from './sensors.ts';

// Leases are renewed, and tokens looked at, three times in this.
process.env['LEASE_SECONDS'] = '3';

export const PATIENCE = { timeout: 15_000, interval: 50 };

let host: ProcessHost;
let runtimes: ProbedRuntime[];
export let gateway: Gateway;

beforeAll(async () => {
  mkdirSync(config().ATTUNE_DATA_DIR, { recursive: true });
  host = await startProcessHost({
    directory: join(config().ATTUNE_DATA_DIR, 'host'),
    nodePath: process.execPath,
    minimum: 'none',
    userIdBase: config().SLOT_USER_ID_BASE,
    log: () => undefined,
  });
  runtimes = await probeRuntimes(process.execPath);
  gateway = await startGateway({ host: '127.0.0.1', port: 0, workerId: 0 });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
  await closeLive();
});

export interface Supervised extends AsyncDisposable {
  readonly workerId: number;
  readonly drain: AbortController;
}

/** The sensors' supervisor of a worker of its own; all of them share host and gateway. Stopped at the end of the test. */
export async function supervise(changes: Partial<SensorsContext> = {}): Promise<Supervised> {
  const workerId = await aWorker();
  const drain = new AbortController();
  const supervisor = superviseSensors({
    workerId,
    host,
    runtimes,
    packCopies: new PackCopies(host.isolation.kind),
    gateway,
    signingKey: await publishSigningKey(sql, workerId),
    drain: drain.signal,
    baseline: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' },
    operator: { COMPANY_CA: 'yes' },
    ...changes,
  });
  const stop = async () => {
    await supervisor[Symbol.asyncDispose]();
  };
  onTestFinished(stop);
  return { workerId, drain, [Symbol.asyncDispose]: stop };
}

export interface ProcessRow {
  readonly status: string;
  readonly worker_id: number | null;
  readonly generation: number;
  readonly consecutive_failures: number;
  readonly restarts: number;
  readonly last_exit_code: number | null;
  readonly last_error: string | null;
  readonly next_restart_at: Date | null;
  readonly active_rule_count: number;
  readonly environment: { name: string; value: string; origin: string; state: string }[] | null;
  readonly command: string[] | null;
  readonly cwd: string | null;
}

export async function processOf({ id }: SensorFixture): Promise<ProcessRow | undefined> {
  const [row] = await sql.query<ProcessRow>('select * from sensor_process where sensor_id = $1', [
    id,
  ]);
  return row;
}

export const statusOf = async (sensor: SensorFixture) => (await processOf(sensor))?.status;

export const payloadsOf = async <T = Record<string, unknown>>({
  trigger,
}: SensorFixture): Promise<T[]> =>
  (
    await sql.query<{ payload: T }>(
      'select payload from event where trigger_ref = $1 order by id',
      [trigger],
    )
  ).map(({ payload }) => payload);

export async function logOf({ id }: SensorFixture, stream: string): Promise<string> {
  const rows = await sql.query<{ content: Buffer }>(
    'select content from sensor_log_chunk where sensor_id = $1 and stream = $2 order by seq',
    [id, stream],
  );
  return Buffer.concat(rows.map(({ content }) => content)).toString();
}

export const liveTokensOf = ({ id }: SensorFixture) =>
  sql.query<{ jti: string }>('select jti from token where sensor_id = $1 and ended_at is null', [
    id,
  ]);

export const runDirectoriesOf = ({ id }: SensorFixture): string[] =>
  readdirSync(ownRunsDirectory(config().ATTUNE_DATA_DIR)).filter((name) =>
    name.startsWith(`sensor-${id}-`),
  );

/** Prints an event with the facts that a shell sensor can tell of itself, and stays. */
export const HELLO = `printf '{"trigger_ref": %s, "payload": {"triggers": %s}}\\n' "$(echo "$ATTUNE_SENSOR_TRIGGER_TYPES" | tr -d '[]')" "$ATTUNE_SENSOR_TRIGGERS"
trap 'echo "bye" >&2; exit 0' TERM
while :; do sleep 0.05; done
`;
