import { setTimeout as delay } from 'node:timers/promises';

/** What came of the requests. */
export interface Tally {
  asked: number;
  /** Executions whose request was answered 2xx. */
  readonly executions: number[];
  /** Events whose request was answered 2xx; one rule answers each. */
  readonly events: number[];
  /** Refused as they may be during an outage, by how. */
  readonly refused: Record<string, number>;
  /** Answers that no outage explains. */
  readonly unexpected: string[];
  /** Cancels, by their answer. */
  readonly cancels: Record<string, number>;
}

export const newTally = (): Tally => ({
  asked: 0,
  executions: [],
  events: [],
  refused: {},
  unexpected: [],
  cancels: {},
});

interface Target {
  readonly url: string;
  readonly token: string;
  /** Stands in the arguments of processes that must not outlive their run. */
  readonly mark: string;
  readonly tally: Tally;
}

/** What is asked for: how often in 100, and how. */
const MIX: readonly (readonly [number, (target: Target) => Promise<unknown>])[] = [
  [40, (target) => event(target)],
  [10, (target) => run(target, 'soak.steady', { seconds: 1 })],
  [10, (target) => run(target, 'soak.once', { seconds: 2 })],
  [6, (target) => run(target, 'soak.flaky', { succeeds_at: 2 })],
  [4, (target) => run(target, 'soak.flaky', { succeeds_at: 9 })],
  [10, (target) => run(target, 'soak.limited')],
  [5, (target) => run(target, 'soak.too_slow', { mark: target.mark })],
  [5, (target) => run(target, 'soak.parent')],
  [10, (target) => sleepAndCancel(target)],
];

const REQUEST_MS_MAX = 15_000;
const IN_FLIGHT_MAX = 300;

/** Asks at a steady rate, whatever the answers, until `signal`; resolves when all have been answered. */
export async function offerLoad(
  target: Target,
  rate: number,
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  const inFlight = new Set<Promise<unknown>>();
  const from = performance.now();
  for (let n = 0; !signal.aborted; n++) {
    const waitMs = from + (n * 1000) / rate - performance.now();
    if (waitMs > 0) await delay(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted || inFlight.size >= IN_FLIGHT_MAX) continue;
    const work: Promise<unknown> = pick(random)(target).finally(() => inFlight.delete(work));
    inFlight.add(work);
  }
  await Promise.all(inFlight);
}

function pick(random: () => number): (target: Target) => Promise<unknown> {
  let left = random() * 100;
  for (const [share, kind] of MIX) {
    left -= share;
    if (left < 0) return kind;
  }
  return event;
}

async function event(target: Target): Promise<void> {
  const body = { trigger_ref: 'core.webhook', payload: { n: target.tally.asked } };
  const id = await ask(target, '/api/v1/events', body);
  if (id !== null) target.tally.events.push(id);
}

async function run(target: Target, action_ref: string, parameters = {}): Promise<number | null> {
  const id = await ask(target, '/api/v1/executions', { action_ref, parameters });
  if (id !== null) target.tally.executions.push(id);
  return id;
}

async function sleepAndCancel(target: Target): Promise<void> {
  const id = await run(target, 'core.sleep', { seconds: 4 });
  if (id === null) return;
  await delay((id % 5) * 700);
  const answer = await request(target, `/api/v1/executions/${id}/cancel`, {});
  const word = typeof answer === 'string' ? answer : String(answer.status);
  count(target.tally.cancels, word);
}

/** @returns the id of what was made; null when it was refused */
async function ask(target: Target, path: string, body: object): Promise<number | null> {
  const { tally } = target;
  tally.asked += 1;
  const answer = await request(target, path, body);
  if (typeof answer === 'string') {
    count(tally.refused, answer);
    return null;
  }
  const { status, text } = answer;
  if (status === 200 || status === 201) return idOf(text);
  if (status === 429 || status === 503) count(tally.refused, String(status));
  else tally.unexpected.push(`POST ${path}: ${status} ${text.slice(0, 300)}`);
  return null;
}

const idOf = (text: string): number => (JSON.parse(text) as { data: { id: number } }).data.id;

/** @returns a word where there was no answer */
async function request(
  { url, token }: Target,
  path: string,
  body: object,
): Promise<{ status: number; text: string } | 'no answer in time' | 'no connection'> {
  try {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError'
      ? 'no answer in time'
      : 'no connection';
  }
}

function count(counts: Record<string, number>, word: string): void {
  counts[word] = (counts[word] ?? 0) + 1;
}
