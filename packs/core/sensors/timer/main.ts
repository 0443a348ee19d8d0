import { setTimeout as wait } from 'node:timers/promises';
import { Alarm } from './alarm.ts';
import { Api } from './api.ts';
import { readEnvironment } from './environment.ts';
import { Gateway } from './gateway.ts';
import { isRecord, type JsonRecord } from './json.ts';
import { openLog, reasonOf } from './log.ts';
import { Memory } from './memory.ts';
import { Outbox } from './outbox.ts';
import { Rules } from './rules.ts';
import { Timers } from './timers.ts';

const SYNC_MS = 30_000;
/** A subscription is not acknowledged; the second look catches a change in that moment. */
const SECOND_SYNC_MS = 2_000;
const STOP_MS_MAX = 1_500;

/** The timer sensor. It knows nothing but its environment and speaks only to the platform. */
async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const { sensorRef, exchange, triggerRefs, token } = environment;
  const log = openLog(environment.logLevel);
  const api = new Api(environment.apiUrl, token);
  const memory = new Memory(api, sensorRef, log);
  const timers = new Timers({
    sensorRef,
    log,
    emit: (event) => outbox.add(event),
    remember: (ruleId, fire) => memory.remember(ruleId, fire),
    forget: (ruleId) => memory.forget(ruleId),
  });
  const alarm = new Alarm(timers, environment.checkIntervalMs, log);
  const rules = new Rules({ api, timers, triggerRefs, log, onChange: () => alarm.arm() });
  const gateway = new Gateway({
    url: environment.gatewayUrl,
    token,
    log,
    filters: triggerRefs.map((ref) => `trigger_ref:${ref}`),
    onOpen: () => {
      outbox.resend();
      void rules.sync();
      setTimeout(() => void rules.sync(), SECOND_SYNC_MS);
    },
    onClose: (wasOpen) => (wasOpen ? outbox.resend() : outbox.deliver()),
    onMessage: (message) => receive(message),
  });
  const outbox = new Outbox({ gateway, api, log, exchange, sensorRef });

  function receive(message: JsonRecord): void {
    const { type, id } = message;
    if (type === 'ack' && typeof id === 'string') return outbox.acknowledged(id);
    if (type === 'notification') {
      const payload = message['payload'] ?? message['data'] ?? message;
      if (isRecord(payload)) void rules.told(payload);
    }
    if (type !== 'error') return;
    const retryAfter = message['retry_after_seconds'];
    const text = String(message['message'] ?? 'no reason given');
    if (typeof id !== 'string') return log('warn', `the gateway reports an error: ${text}`);
    outbox.refused(id, text, typeof retryAfter === 'number' ? retryAfter : null);
  }

  async function catchUp(): Promise<void> {
    const found = await memory.load();
    while (!(await rules.sync())) await wait(SECOND_SYNC_MS);
    for (const { id } of timers.rules) timers.catchUp(id, found.get(id) ?? null, Date.now());
    for (const id of found.keys())
      if (!timers.rules.some((rule) => rule.id === id)) memory.forget(id);
  }

  let isStopping = false;
  async function stop(signal: string): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    log('info', `${signal}: stopping`);
    alarm.stop();
    const flushed = Promise.all([memory.save(), emptied(outbox)]);
    await Promise.race([flushed, wait(STOP_MS_MAX)]);
    if (outbox.size > 0) log('warn', `${outbox.size} events were not acknowledged in time`);
    outbox.stop();
    gateway.stop();
    process.exit(0);
  }
  process.once('SIGTERM', (signal) => void stop(signal));
  process.once('SIGINT', (signal) => void stop(signal));

  log(
    'info',
    `${sensorRef} serves ${triggerRefs.join(', ')}; ${environment.rules.length} rules to begin with`,
  );
  rules.begin(environment.rules);
  alarm.arm();
  gateway.connect();
  setInterval(() => void rules.sync(), SYNC_MS);
  void catchUp();
}

async function emptied(outbox: Outbox): Promise<void> {
  while (outbox.size > 0) await wait(10);
}

main().catch((error: unknown) => {
  openLog(undefined)('error', `the timer sensor cannot start: ${reasonOf(error)}`);
  process.exitCode = 1;
});
