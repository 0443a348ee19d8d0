import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '#lib/domain/json.ts';
import { type NamedSecret, secretsFromValue } from '#lib/domain/masking/index.ts';
import { applyParamSchema, parseParamSchema, splitSecrets } from '#lib/domain/param-schema.ts';
import type { WantedSensor } from '#server/sensors/process-wanted.ts';
import { findRuntime, type ProbedRuntime, type Runtime } from '../runtimes/runtimes.ts';

/** What a sensor's process runs. */
export interface SensorProgram {
  readonly runtime: Runtime;
  readonly packDirectory: string;
  readonly command: readonly string[];
  /** With the defaults of its schema. */
  readonly config: JsonObject;
  /** Values of its config that its schema calls secret. */
  readonly secrets: readonly NamedSecret[];
}

/** A sentence that says why it cannot be run here, and what to do. */
export interface Unable {
  readonly problem: string;
}

/** Decides without starting anything whether this worker can run a sensor. */
export function findProgram(
  sensor: WantedSensor,
  runtimes: readonly ProbedRuntime[],
): SensorProgram | Unable {
  const { storage_path: packDirectory, runner_type: runner } = sensor;
  if (packDirectory === null) {
    return {
      problem: `The pack ${sensor.pack_ref} has no files, so its sensor cannot run. Register it again.`,
    };
  }
  const runtime = findRuntime(runner, runtimes, { packDirectory, environmentDirectory: null });
  if (runtime === null)
    return { problem: `No runtime is called '${runner}'. Use shell, python, nodejs or native.` };
  if (!runtime.available) {
    return {
      problem: runtime.problem ?? `The runtime ${runtime.name} is not available on this worker.`,
    };
  }
  const configured = configOf(sensor);
  if ('problem' in configured) return configured;
  const command = runtime.command(join(packDirectory, 'sensors', sensor.entrypoint));
  return { runtime, packDirectory, command, ...configured };
}

function configOf(sensor: WantedSensor): Pick<SensorProgram, 'config' | 'secrets'> | Unable {
  if (!isJsonObject(sensor.param_schema)) return { config: sensor.config, secrets: [] };
  const parsed = parseParamSchema(sensor.param_schema);
  if (!parsed.ok) {
    return {
      problem: `The parameter schema of the sensor ${sensor.ref} does not parse. Mend it in its pack.`,
    };
  }
  const applied = applyParamSchema(parsed.schema, sensor.config);
  if (!applied.ok) {
    const problems = applied.problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
    return {
      problem: `The config of the sensor ${sensor.ref} does not fit its schema: ${problems}.`,
    };
  }
  return { config: applied.value, secrets: secretsOf(splitSecrets(parsed.schema, applied.value)) };
}

const secretsOf = ({ secrets }: ReturnType<typeof splitSecrets>): NamedSecret[] =>
  secrets.flatMap(({ name, value }) => secretsFromValue(name, value));
