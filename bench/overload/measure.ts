import { setTimeout as delay } from 'node:timers/promises';
import { Api } from '../../e2e/api.ts';
import { PASSWORD, type Product } from '../../e2e/product.ts';
import { type Counted, countFates } from './count-fates.ts';
import { offerEvents, type Offered } from './offer-events.ts';
import { type Read, readMeanwhile } from './read-meanwhile.ts';
import { signIn } from './sign-in.ts';
import { watchMemory } from './watch-memory.ts';

export interface Load {
  readonly seconds: number;
  readonly clients: number;
  readonly bytes: number;
  /** How long what was accepted may take to run. */
  readonly drainSecondsMax: number;
}

export interface Measured extends Counted {
  readonly offered: Offered;
  readonly reads: readonly Read[];
  /** From the first event until all had run; null = not in time. */
  readonly drainSeconds: number | null;
  readonly peaks: Readonly<Record<string, number>>;
}

const LOOK_MS = 500;

/** Offers far more events than can run, reads the interface meanwhile, and waits until everything has run. */
export async function measureOverload(product: Product, load: Load): Promise<Measured> {
  const api = await Api.logIn(product.url, 'admin', PASSWORD);
  const cookie = await signIn(product.url, 'admin', PASSWORD);
  const trigger = await aTriggerWithRule(api);
  using memory = watchMemory(product.process.pid ?? 0);
  const from = Date.now();
  const isOver = new AbortController();
  const reading = readMeanwhile(product.url, cookie, isOver.signal);
  const offered = await offerEvents(api, { trigger, ...load });
  isOver.abort();
  const reads = await reading;
  const drainSeconds = await untilDrained(product.url, from, load.drainSecondsMax);
  const counted = await countFates(product.dataDir, trigger, offered.accepted);
  return { offered, reads, drainSeconds, ...counted, peaks: memory.peaks };
}

async function aTriggerWithRule(api: Api): Promise<string> {
  const ref = `default.overload_${Date.now()}`;
  await api.post('/api/v1/triggers', { ref, label: 'Overload', enabled: true });
  await api.post('/api/v1/rules', {
    ref,
    pack_ref: 'default',
    label: 'Overload',
    trigger_ref: ref,
    action_ref: 'core.noop',
  });
  return ref;
}

async function untilDrained(url: string, from: number, secondsMax: number): Promise<number | null> {
  const seconds = () => (Date.now() - from) / 1_000;
  while (seconds() < secondsMax) {
    const response = await fetch(`${url}/health/detailed`);
    const health = (await response.json()) as { waiting?: number; running?: number };
    if (health.waiting === 0 && health.running === 0) return seconds();
    await delay(LOOK_MS);
  }
  return null;
}
