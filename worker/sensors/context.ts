import type { BaselineVariables } from '#lib/domain/environment/action.ts';
import type { SigningKey } from '#server/auth/signing-key.ts';
import type { RuleState } from '#server/sensors/process-rules.ts';
import type { ProcessHost } from '../host/process-host.ts';
import type { PackCopies } from '../packs/pack-copies.ts';
import type { ProbedRuntime } from '../runtimes/runtimes.ts';

/** What the supervisor needs of the gateway to which its sensors talk. */
export interface SensorGateway {
  /** `ws://…/ws`, as the sensors reach it. */
  readonly url: string;
  /** A process begins that knows these rules: whatever differs is told once it subscribes. */
  expectSensor(sensorId: number, rules: readonly RuleState[]): void;
  forgetSensor(sensorId: number): void;
  /** Whether the process hears of changes to the rules of all these triggers. */
  isSubscribed(sensorId: number, triggerRefs: readonly string[]): boolean;
  /** Whether the process has ever connected: then it can connect again with a new token. */
  hasConnected(sensorId: number): boolean;
}

export interface SensorsContext {
  readonly workerId: number;
  readonly host: ProcessHost;
  readonly runtimes: readonly ProbedRuntime[];
  readonly packCopies: PackCopies;
  readonly signingKey: SigningKey;
  readonly gateway: SensorGateway;
  /** Aborted when the worker is to stop: the sensors stop, and other workers may take them. */
  readonly drain: AbortSignal;
  /** What of the worker's environment its sensors get: `PATH LANG TZ LC_*`. */
  readonly baseline: BaselineVariables;
  /** What the operator passes on by `ACTION_ENV_PASSTHROUGH`. */
  readonly operator: Readonly<Record<string, string>>;
}
