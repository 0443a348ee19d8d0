import { join } from 'node:path';
import { buildActionEnvironment } from '#lib/domain/environment.ts';
import { tokenSecrets } from '#lib/domain/masking/token-secrets.ts';
import { formatParameters } from '#lib/domain/parameter-format.ts';
import { type ResourceLimits, resolveLimits } from '#lib/domain/resource-limits.ts';
import { signExecutionToken } from '#server/auth/process-token.ts';
import type { SigningKey } from '#server/auth/signing-key.ts';
import { config } from '#server/config.ts';
import type { Snapshot } from '#server/executions/attempt-progress.ts';
import type { ClaimedAttempt } from '#server/executions/claim.ts';
import { KnownSecrets } from '#server/secrets/known-secrets.ts';
import { baselineVariables, ownUserName, passedThrough } from '../baseline.ts';
import type { WorkerContext } from '../context.ts';
import { limitsOfRuns } from '../limits.ts';
import { PackDamaged, tellPutBack } from '../packs/pack-copies.ts';
import { findRuntime, type Runtime } from '../runtimes/runtimes.ts';
import { deliverParameters } from './parameters.ts';
import type { RunDirectory } from './run-directory.ts';

/** All that is needed to start the process of an attempt, and all that is remembered of it. */
export interface Preparation {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: Uint8Array | null;
  readonly readOnlyPaths: readonly string[];
  readonly writablePaths: readonly string[];
  readonly limits: ResourceLimits;
  readonly known: KnownSecrets;
  readonly snapshot: Snapshot;
  /** For the log of the run, before anything that it says itself. */
  readonly notes: readonly string[];
}

/** A reason why a process cannot even be prepared. */
export class NotStartable extends Error {
  override readonly name = 'NotStartable';
}

/** @throws NotStartable with a sentence for people */
export async function prepareAttempt(
  attempt: ClaimedAttempt,
  { host, runtimes, packCopies, signingKey }: WorkerContext,
  making: Promise<RunDirectory>,
  slot: number,
): Promise<Preparation> {
  // None of these needs another one.
  const [parameters, token, directory, putBack] = await Promise.all([
    deliverParameters(attempt),
    signToken(attempt, signingKey),
    making,
    makePackWhole(attempt, packCopies),
  ]);
  const { packDirectory, runtime, entrypoint } = await program(attempt, runtimes, directory);
  if (!parameters.ok) throw new NotStartable(parameters.error);

  const secrets = [...tokenSecrets('execution token', token), ...parameters.secrets];
  const document = formatParameters(parameters.values, attempt.parameter_format);
  const byFile = attempt.parameter_delivery === 'file';
  const userId = host.userIdFor(slot);
  const artifacts = join(config().ATTUNE_DATA_DIR, 'artifacts');
  const built = buildActionEnvironment({
    baseline: baselineVariables(),
    operator: passedThrough(config().ACTION_ENV_PASSTHROUGH),
    runtime: runtime.environment,
    declared: attempt.action_env,
    requested: attempt.env_vars,
    standard: {
      actionRef: attempt.action_ref,
      executionId: attempt.execution_id,
      apiUrl: config().apiUrl,
      token,
      ruleRef: attempt.rule_ref,
      triggerRef: attempt.trigger_ref,
      packRef: attempt.pack_ref,
      attempt: attempt.number,
      traceTag: attempt.trace_tag,
      artifactsDir: artifacts,
      runtimeEnvsDir: join(config().ATTUNE_DATA_DIR, 'runtime-envs'),
      parameterDelivery: attempt.parameter_delivery,
      parameterFormat: attempt.parameter_format,
      parameterFile: byFile ? await directory.writeSecret('parameters', document) : null,
    },
    home: directory.path,
    tmpdir: directory.path,
    user: userName(userId),
    cwd: packDirectory,
    secrets,
  });
  const command = runtime.command(entrypoint);
  const limits = resolveLimits(attempt.action_limits, limitsOfRuns());
  return {
    command,
    cwd: packDirectory,
    environment: built.variables,
    stdin: byFile ? null : new TextEncoder().encode(document),
    readOnlyPaths: [packDirectory, ...runtime.readOnlyPaths],
    writablePaths: [directory.path],
    limits,
    known: new KnownSecrets({ executionId: attempt.execution_id }, secrets),
    snapshot: {
      variables: built.snapshot,
      refused: built.refused,
      command,
      cwd: packDirectory,
      userName: userName(userId),
      isolation: host.isolation,
      limits: { timeout_seconds: attempt.timeout_seconds, ...limits },
      runtime: runtime.name,
      runtimeVersion: runtime.version,
      packVersion: attempt.pack_version,
      packDigest: attempt.pack_digest,
    },
    notes: [tellPutBack(putBack)].filter((note) => note !== null),
  };
}

const signToken = (attempt: ClaimedAttempt, key: SigningKey): Promise<string> =>
  signExecutionToken(
    {
      jti: attempt.token.jti,
      executionId: attempt.execution_id,
      attempt: attempt.number,
      identityId: attempt.identity_id,
      actionRef: attempt.action_ref,
      packRef: attempt.pack_ref,
      scopes: attempt.token.scopes,
      issuedAt: new Date(attempt.token.issued_at),
      expiresAt: new Date(attempt.token.expires_at),
    },
    key,
  );

async function makePackWhole(
  { pack_path: path, pack_ref: ref, pack_digest: digest }: ClaimedAttempt,
  packCopies: WorkerContext['packCopies'],
): Promise<readonly string[]> {
  if (path === null) return [];
  try {
    return await packCopies.makeWhole(path, ref, digest);
  } catch (error) {
    if (error instanceof PackDamaged) throw new NotStartable(error.message, { cause: error });
    throw error;
  }
}

interface Program {
  readonly packDirectory: string;
  readonly runtime: Runtime;
  readonly entrypoint: string;
}

async function program(
  attempt: ClaimedAttempt,
  runtimes: WorkerContext['runtimes'],
  directory: RunDirectory,
): Promise<Program> {
  if (attempt.entrypoint === null)
    throw new NotStartable(`The action ${attempt.action_ref} is gone. Load its pack again.`);
  // An ad-hoc action is one script in the database: it runs from its own directory.
  const packDirectory = attempt.pack_path ?? directory.path;
  const runtime = findRuntime(attempt.runner_type, runtimes, {
    packDirectory,
    environmentDirectory: null,
  });
  if (runtime === null)
    throw new NotStartable(
      `No runtime is called '${attempt.runner_type}'. Use shell, python, nodejs or native.`,
    );
  if (!runtime.available)
    throw new NotStartable(
      runtime.problem ?? `The runtime ${runtime.name} is not available on this worker.`,
    );
  if (attempt.is_adhoc) {
    return {
      packDirectory,
      runtime,
      entrypoint: await directory.writeSecret('action', attempt.entrypoint),
    };
  }
  if (attempt.pack_path === null)
    throw new NotStartable(`The pack ${attempt.pack_ref} has no files. Register it again.`);
  return {
    packDirectory,
    runtime,
    entrypoint: join(attempt.pack_path, 'actions', attempt.entrypoint),
  };
}

/** As `USER`: slot users have no name in the system. */
const userName = (userId: number | null): string =>
  userId === null ? ownUserName() : `attune-${userId}`;
