import type pg from 'pg';
import { insertRows, type Row } from './database.ts';
import { before } from './instant.ts';

/** The numbers of the runs that pictures are taken of. */
export interface LookedAt {
  readonly failed: number;
  readonly running: number;
}

interface Deployment {
  readonly id: number;
  readonly startedAgo: number;
  readonly took: number;
}

export const ISOLATION = {
  kind: 'bwrap',
  ownUserId: true,
  description: "bwrap, own PID namespace inside the host's, user 61003",
  limits: {
    disk_mb: ['tmpfs', 'sampled'],
    memory_mb: ['cgroup'],
    processes: ['cgroup'],
    open_files: ['rlimit'],
    cpu_seconds: ['rlimit'],
    file_size_mb: ['rlimit'],
  },
};

const REINDEX = 1_000;
const REINDEX_TIMEOUT = 900;
/** Its token has 8:12 left. */
const REINDEX_STARTED_AGO = REINDEX_TIMEOUT + 60 - (8 * 60 + 12);

const DATA = '/var/lib/attune';
const DIGESTS = { old: '3e9ea33f0ab6c6c5'.repeat(4), new: 'b07c41d95a8862fe'.repeat(4) } as const;

/** A deployment that went well, one that did not, whose token was misused, and a run that goes on. */
export async function writeLookedAt(
  client: pg.Client,
  { deployed, notDeployed }: { readonly deployed: Deployment; readonly notDeployed: Deployment },
): Promise<LookedAt> {
  await writeContext(client, deployed, DIGESTS.old, { region: 'eu-west-1', pool: '8' });
  await writeContext(client, notDeployed, DIGESTS.new, { region: 'eu-west-1', pool: '32' });
  await client.query('update execution set config = $2, result = $3 where id = $1', [
    notDeployed.id,
    {
      region: 'eu-west-1',
      service: 'checkout',
      version: 'v413',
      registry_password: '{{ key.pack.ops.registry_password }}',
    },
    {
      exit_code: 3,
      error: 'drain refused',
      data: { host: 'web-3', error: 'drain refused', open_connections: 402 },
    },
  ]);
  await writeTokenOfFailed(client, notDeployed);
  await writeReindex(client);
  return { failed: notDeployed.id, running: REINDEX };
}

async function writeContext(
  client: pg.Client,
  { id, startedAgo }: Deployment,
  digest: string,
  { region, pool }: { readonly region: string; readonly pool: string },
): Promise<void> {
  const home = `${DATA}/runs/edge-1/${id}-1`;
  const pack = `${DATA}/packs/ops/${digest}`;
  await insertRows(client, 'environment_snapshot', [
    {
      attempt_id: id,
      variables: [
        plain('ATTUNE_ACTION', 'ops.deploy'),
        masked('ATTUNE_API_TOKEN', 'execution token', 'standard'),
        plain('ATTUNE_API_URL', 'http://127.0.0.1:3000'),
        plain('ATTUNE_ARTIFACTS_DIR', `${DATA}/artifacts`),
        plain('ATTUNE_ATTEMPT', '1'),
        plain('ATTUNE_EXEC_ID', String(id)),
        plain('ATTUNE_PACK_REF', 'ops'),
        plain('ATTUNE_PARAMETER_DELIVERY', 'stdin'),
        plain('ATTUNE_PARAMETER_FORMAT', 'dotenv'),
        plain('ATTUNE_RULE', 'ops.deploy_release'),
        plain('ATTUNE_TRIGGER', 'ops.release'),
        plain('HOME', home),
        plain('LANG', 'C.UTF-8', 'baseline'),
        plain('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'baseline'),
        plain('PWD', pack),
        plain('TMPDIR', home),
        plain('USER', 'attune-61003'),
        masked('REGISTRY_PASSWORD', 'pack.ops.registry_password', 'action'),
        plain('DRAIN_POOL', pool, 'action'),
        {
          ...plain('REGION', region, 'request'),
          overrides: [{ value: 'us-east-1', origin: 'action' }],
        },
      ],
      refused: [
        {
          name: 'LD_PRELOAD',
          origin: 'request',
          reason: '`LD_PRELOAD` cannot be set: names like `LD_*` are refused.',
        },
      ],
      command: ['/usr/bin/bash', '--noprofile', '--norc', `${pack}/actions/deploy.sh`],
      cwd: pack,
      user_name: 'attune-61003',
      isolation: ISOLATION,
      limits: {
        disk_mb: 10_240,
        memory_mb: 4_096,
        processes: 4_096,
        open_files: 8_192,
        timeout_seconds: 120,
      },
      runtime: 'shell',
      runtime_version: '5.2.15(1)-release',
      pack_version: digest === DIGESTS.old ? '2.1.0' : '2.2.0',
      pack_digest: digest,
      created: before(startedAgo),
    },
  ]);
}

const plain = (name: string, value: string, origin = 'standard') => ({
  name,
  value,
  origin,
  state: 'plain',
  masked_by: null,
  overrides: [],
});

const masked = (name: string, by: string, origin: string) => ({
  ...plain(name, `[masked: ${by}]`, origin),
  state: 'masked',
  masked_by: by,
});

const SCOPES = ['execution:read:self', 'execution:create:child', 'secrets:read:owned'];

const tokenOf = (id: number, action: string, issuedAgo: number, livesSeconds: number): Row => ({
  jti: `5c1f0a76-2b3d-4e8f-9a01-${String(id).padStart(12, '0')}`,
  kind: 'execution',
  kid: 'worker-1-0767c1f8',
  attempt_id: id,
  execution_id: id,
  identity_id: 1,
  action_ref: action,
  pack_ref: 'ops',
  scopes: SCOPES,
  trigger_refs: [],
  issued_at: before(issuedAgo),
  expires_at: before(issuedAgo - livesSeconds),
});

async function writeTokenOfFailed(client: pg.Client, run: Deployment): Promise<void> {
  const { id, startedAgo, took } = run;
  const endedAgo = startedAgo - took;
  const token = tokenOf(id, 'ops.deploy', startedAgo, 180);
  await insertRows(client, 'token', [
    {
      ...token,
      scopes_used: ['execution:read:self', 'secrets:read:owned'],
      ended_at: before(endedAgo),
      end_reason: 'failed',
      calls: 3,
      refused: 1,
      replayed: 2,
      last_used_at: before(endedAgo - 4),
    },
  ]);
  const call = (secondsAgo: number, method: string, route: string, status: number) => ({
    jti: token['jti'],
    at: before(secondsAgo),
    method,
    route,
    status,
    reason: null as string | null,
    after_end: false,
    address: '127.0.0.1',
  });
  await insertRows(
    client,
    'token_call',
    [
      call(startedAgo - 0.041, 'GET', '/api/v1/executions/{id}', 200),
      call(startedAgo - 0.067, 'GET', '/api/v1/keys/{ref}', 200),
      { ...call(startedAgo - 1.2, 'DELETE', '/api/v1/rules/{ref}', 403), reason: 'FORBIDDEN' },
      call(startedAgo - 1.9, 'GET', '/api/v1/executions/{id}', 200),
      ...[1.6, 4].map((late) => ({
        ...call(endedAgo - late, 'POST', '/api/v1/events', 401),
        reason: 'TOKEN_ENDED',
        after_end: true,
      })),
    ].map((row, n) => ({ id: n + 1, ...row })),
  );
}

async function writeReindex(client: pg.Client): Promise<void> {
  const ago = REINDEX_STARTED_AGO;
  await insertRows(client, 'execution', [
    {
      id: REINDEX,
      action_ref: 'ops.reindex',
      pack_ref: 'ops',
      config: { table: 'orders' },
      env_vars: {},
      identity_id: 1,
      permission_set_refs: [],
      status: 'running',
      timeout_seconds: REINDEX_TIMEOUT,
      max_retries: 0,
      idempotent: false,
      retry_on_timeout: false,
      cancellation_policy: 'allow_finish',
      attempt_count: 1,
      worker_id: 1,
      created: before(ago + 0.02),
      started_at: before(ago),
      updated: before(ago),
    },
  ]);
  await insertRows(client, 'attempt', [
    {
      id: REINDEX,
      execution_id: REINDEX,
      number: 1,
      worker_id: 1,
      epoch: 1,
      lease_expires_at: before(-12),
      status: 'running',
      claimed_at: before(ago),
      process_started_at: before(ago - 0.02),
      isolation: ISOLATION,
      stdout_bytes: 0,
      stderr_bytes: 0,
      truncated_bytes: 0,
    },
  ]);
  const token = tokenOf(REINDEX, 'ops.reindex', ago, REINDEX_TIMEOUT + 60);
  await insertRows(client, 'token', [
    { ...token, scopes_used: ['execution:read:self'], calls: 1, refused: 0, replayed: 0 },
  ]);
  await insertRows(client, 'token_call', [
    {
      id: 100,
      jti: token['jti'],
      at: before(ago - 0.4),
      method: 'GET',
      route: '/api/v1/executions/{id}',
      status: 200,
      after_end: false,
      address: '127.0.0.1',
    },
  ]);
}
