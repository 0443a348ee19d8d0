import { buildSensorEnvironment, type BuiltEnvironment } from '#lib/domain/environment.ts';
import { config } from '#server/config.ts';
import type { WantedSensor } from '#server/sensors/process-wanted.ts';
import type { SensorsContext } from './context.ts';
import type { SensorProgram } from './program.ts';
import type { RunDirectory } from './run-directory.ts';

const EXCHANGE = 'attune.events';

interface Place {
  readonly directory: RunDirectory;
  readonly token: string;
  readonly userId: number | null;
}

/** Contract §2, from what is known of the sensor and of this worker. */
export function environmentOf(
  sensor: WantedSensor,
  program: SensorProgram,
  { baseline, operator, gateway }: SensorsContext,
  { directory, token, userId }: Place,
): BuiltEnvironment {
  const { LOG_LEVEL: logLevel, apiUrl } = config();
  return buildSensorEnvironment({
    baseline,
    operator,
    runtime: program.runtime.environment,
    standard: {
      sensorId: sensor.id,
      sensorRef: sensor.ref,
      apiUrl,
      token,
      packRef: sensor.pack_ref,
      triggers: sensor.rules,
      triggerTypes: sensor.trigger_refs,
      triggersFile: directory.triggersFile,
      config: program.config,
      mqUrl: sensor.mq ? gateway.url : null,
      mqExchange: EXCHANGE,
      notifierWsUrl: gateway.url,
      logLevel: logLevel === 'silent' ? 'error' : logLevel,
      tokenStatePath: directory.tokenStatePath,
    },
    home: directory.home,
    tmpdir: directory.tmpdir,
    user: userId === null ? 'attune' : `attune-${userId}`,
    cwd: program.packDirectory,
    secrets: program.secrets,
  });
}
