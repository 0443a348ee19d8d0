import type { BuiltEnvironment } from '#lib/domain/environment.ts';
import { triggersNeedFile } from '#lib/domain/environment/sensor.ts';
import type { ResourceLimits } from '#lib/domain/resource-limits.ts';
import type { NamedSecret } from '#lib/domain/masking/index.ts';
import type { SensorActor } from '#server/auth/actor.ts';
import { signSensorToken, type SensorTokenFacts } from '#server/auth/process-token.ts';
import { tokenSecrets } from '#lib/domain/masking/token-secrets.ts';
import { config } from '#server/config.ts';
import { KnownSecrets } from '#server/secrets/known-secrets.ts';
import { knownSecretsForSensor } from '#server/secrets/resolve.ts';
import { log } from '#server/log.ts';
import {
  recordRunning,
  recordStart,
  type SensorLease,
} from '#server/sensors/process-repository.ts';
import type { WantedSensor } from '#server/sensors/process-wanted.ts';
import { beginProcess, rotateToken, type TokenOwner } from '#server/sensors/process-tokens.ts';
import type { Outcome, RunningProcess, StopReason } from '../host/process-host.ts';
import { limitsOfSensors } from '../limits.ts';
import type { SensorsContext } from './context.ts';
import { emitLine } from './emit-line.ts';
import type { LogWriter } from './log-writer.ts';
import type { SensorProgram } from './program.ts';
import { makeRunDirectory, type RunDirectory } from './run-directory.ts';
import { environmentOf } from './sensor-environment.ts';
import { SensorOutput } from './sensor-output.ts';

const TOKEN_SECRET = 'sensor token';

/** What of the program's end the record tells. */
export interface ProcessEnd {
  readonly outcome: Outcome;
  /** Masked; empty when it wrote nothing on stderr. */
  readonly lastErrorLine: string;
  /** What it might use. */
  readonly limits: ResourceLimits;
}

export interface SensorProcess {
  readonly startedAt: Date;
  /** Never rejects; resolves when the process is gone and its output has been stored. */
  readonly ended: Promise<ProcessEnd>;
  stop(reason: StopReason): void;
  /** A new token in the state file; the old one is taken for another minute. */
  rotate(): Promise<void>;
}

export interface SensorStartOptions {
  readonly lease: SensorLease;
  readonly slot: number;
  readonly isRestart: boolean;
  readonly log: LogWriter;
}

/**
 * Starts the process of a sensor: token row, run directory, environment, record, process, in this order.
 *
 * @returns null when the sensor is no longer ours
 */
export async function startSensorProcess(
  sensor: WantedSensor,
  program: SensorProgram,
  context: SensorsContext,
  { lease, slot, isRestart, log: logWriter }: SensorStartOptions,
): Promise<SensorProcess | null> {
  const { host, gateway, signingKey } = context;
  const owner: TokenOwner = {
    sensorRef: sensor.ref,
    packRef: sensor.pack_ref,
    triggerRefs: sensor.trigger_refs,
    kid: signingKey.id,
  };
  let startRecorded: Promise<void> = Promise.resolve();
  let facts = await beginProcess(lease, owner, isRestart);
  if (facts === null) return null;
  const token = await signSensorToken(facts, signingKey);

  // What the sensor may read by its token, it may also say by mistake.
  const ownKeys = await knownSecretsForSensor(sensor.id);

  const limits = limitsOfSensors();
  const userId = host.userIdFor(slot);
  const directory = await makeRunDirectory(config().ATTUNE_DATA_DIR, lease, userId);
  const process = await start().catch(async (error: unknown) => {
    await directory[Symbol.asyncDispose]();
    throw error;
  });
  if (process === null) await directory[Symbol.asyncDispose]();
  return process;

  async function start(): Promise<SensorProcess | null> {
    await writeTokenState(directory, token, facts);
    if (triggersNeedFile(sensor.rules))
      await directory.write(directory.triggersFile, JSON.stringify(sensor.rules));
    const environment = environmentOf(sensor, program, context, { directory, token, userId });
    const isRecorded = await recordStart(lease, {
      environment: environment.snapshot,
      command: program.command,
      cwd: program.packDirectory,
      isolation: host.isolation,
      limits,
    });
    if (!isRecorded) return null;
    // Before the process can subscribe: from here on it is told whatever changes.
    gateway.expectSensor(
      sensor.id,
      sensor.rules.map(({ config: params, ...rule }) => ({
        ...rule,
        enabled: true,
        trigger_params: params,
      })),
    );
    const known = new KnownSecrets({ sensorId: sensor.id }, secretsOf(token));
    const output = new SensorOutput(logWriter, known, (value) => emitLine(actor(), value));
    const running = run(environment, output);
    return {
      startedAt: new Date(),
      ended: finish(running, output),
      stop: (reason) => running.stop(reason),
      rotate: () => rotate(output),
    };
  }

  function run(environment: BuiltEnvironment, output: SensorOutput): RunningProcess {
    return host.run({
      command: program.command,
      cwd: program.packDirectory,
      environment: environment.variables,
      stdin: null,
      readOnlyPaths: [program.packDirectory, ...program.runtime.readOnlyPaths],
      writablePaths: [directory.path],
      slot,
      timeoutMs: null,
      killGraceMs: config().KILL_GRACE_SECONDS * 1000,
      limits,
      onOutput: (stream, chunk) => output.write(stream, chunk),
      onStarted: ({ startedAt, isolation }) => {
        const ruleCount = sensor.rules.length;
        startRecorded = recordRunning(lease, { startedAt, ruleCount, isolation }).catch(
          (error: unknown) =>
            log.warn(
              { err: error, sensorId: sensor.id },
              'the start of a sensor could not be written down',
            ),
        );
      },
      onSignal: (signal) => logWriter.say(`${signal} to the processes of the sensor.`),
    });
  }

  async function finish(running: RunningProcess, output: SensorOutput): Promise<ProcessEnd> {
    const outcome = await running.outcome;
    gateway.forgetSensor(sensor.id);
    await output.end();
    await startRecorded; // or it would overwrite what is recorded of the end
    try {
      await directory[Symbol.asyncDispose]();
    } catch (error) {
      log.warn(
        { err: error, sensorId: sensor.id },
        'the directory of a sensor could not be removed',
      );
    }
    return { outcome, lastErrorLine: output.lastErrorLine, limits };
  }

  async function rotate(output: SensorOutput): Promise<void> {
    const fresh = await rotateToken(lease, owner);
    if (fresh === null) return;
    const next = await signSensorToken(fresh, signingKey);
    await output.protect(secretsOf(next));
    facts = fresh;
    await writeTokenState(directory, next, fresh);
    logWriter.say('The token was rotated; the one before is taken for another minute.');
  }

  function secretsOf(value: string): NamedSecret[] {
    return [...tokenSecrets(TOKEN_SECRET, value), ...program.secrets, ...ownKeys];
  }

  function actor(): SensorActor {
    return {
      kind: 'sensor',
      jti: facts?.jti ?? '',
      sensorId: sensor.id,
      sensorRef: sensor.ref,
      packRef: sensor.pack_ref,
      triggerRefs: sensor.trigger_refs,
      address: null,
    };
  }
}

const writeTokenState = (
  directory: RunDirectory,
  token: string,
  facts: SensorTokenFacts | null,
): Promise<void> =>
  directory.write(
    directory.tokenStatePath,
    JSON.stringify({ token, expires_at: facts?.expiresAt.toISOString().replace('Z', '+00:00') }),
  );
