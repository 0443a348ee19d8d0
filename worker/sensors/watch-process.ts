import type { WantedSensor } from '#server/sensors/process-wanted.ts';
import type { SensorsContext } from './context.ts';
import type { SensorProcess } from './sensor-process.ts';
import type { Signal } from './signal.ts';
import { sameProgram, sameRules, triggersThatDiffer } from './wish.ts';

const RULES_DEBOUNCE_MS = 500;
/** A process that lived this long is taken for healthy. */
export const RAN_WELL_MS = 5 * 60_000;

/** Why a process that runs is to end although its sensor is still wanted. */
export type RestartReason = 'program' | 'request' | 'rules' | 'token';

const LINES: Readonly<Record<RestartReason, string>> = {
  program: 'The sensor was changed: restarting it.',
  request: 'A restart was asked for.',
  rules: 'Its rules changed and it does not listen on the gateway: restarting it.',
  token: 'Its token expires within the hour and it does not listen on the gateway: restarting it.',
};

interface Surroundings {
  readonly context: Pick<SensorsContext, 'gateway'>;
  /** Rings when one of the answers below may be another one. */
  readonly changed: Signal;
  /** What should be running now; null: nothing. */
  readonly wanted: () => WantedSensor | null;
  readonly stopReason: () => 'lease_lost' | 'drain' | 'shutdown' | null;
  /** Whether the token is in its last hour; says so once. */
  readonly takeTokenDue: () => boolean;
  readonly say: (line: string) => void;
  readonly onRuleCount: (count: number) => Promise<void>;
  readonly onRanWell: () => Promise<void>;
  readonly rotate: () => Promise<void>;
}

/**
 * Goes along with a process until it has ended, and ends it when that is due. New rules are told by the gateway; a
 * process that does not listen there is started anew, half a second after the first change that it does not know of.
 *
 * @returns why it was stopped, if that was to start it anew
 */
export async function watchProcess(
  process: SensorProcess,
  startedWith: WantedSensor,
  around: Surroundings,
): Promise<RestartReason | null> {
  const { changed, say } = around;
  let known = startedWith;
  let rulesDueAt = Infinity;
  let ranWellAt = process.startedAt.getTime() + RAN_WELL_MS;
  let hasEnded = false;
  const ended = process.ended.finally(() => {
    hasEnded = true;
    changed.ring();
  });
  for (;;) {
    const stop = around.stopReason();
    if (stop !== null) process.stop(stop);
    if (hasEnded || stop !== null) {
      await ended;
      return null;
    }
    const now = around.wanted() ?? known;
    const isTold =
      sameRules(known, now) ||
      around.context.gateway.isSubscribed(now.id, triggersThatDiffer(known, now));
    const areRulesDue = !isTold && Date.now() >= rulesDueAt;
    const restart = areRulesDue ? 'rules' : await restartReason(known, now, around);
    if (restart !== null) {
      say(LINES[restart]);
      process.stop('shutdown');
      await ended;
      return restart;
    }
    if (isTold && known.rules.length !== now.rules.length)
      await around.onRuleCount(now.rules.length);
    if (isTold) [known, rulesDueAt] = [now, Infinity];
    else if (rulesDueAt === Infinity) rulesDueAt = Date.now() + RULES_DEBOUNCE_MS;
    if (Date.now() >= ranWellAt) {
      ranWellAt = Infinity;
      await around.onRanWell();
    }
    await changed.wait(Math.min(rulesDueAt, ranWellAt) - Date.now());
  }
}

async function restartReason(
  known: WantedSensor,
  now: WantedSensor,
  around: Surroundings,
): Promise<RestartReason | null> {
  if (now.restart_requests !== known.restart_requests) return 'request';
  if (!sameProgram(known, now)) return 'program';
  if (!around.takeTokenDue()) return null;
  if (!around.context.gateway.hasConnected(now.id)) return 'token';
  await around.rotate();
  return null;
}
