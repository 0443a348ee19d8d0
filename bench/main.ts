import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Api } from '../e2e/api.ts';
import { PASSWORD, startProduct } from '../e2e/product.ts';

/**
 * `npm run bench`: starts the whole product and measures what the README promises. One run on one machine: compare
 * numbers of the same run, as ratios.
 */

const EVENTS = 60;
const BURST = 100;

const product = await startProduct();
try {
  const api = await Api.logIn(product.url, 'admin', PASSWORD);
  await delay(3_000);
  report('memory at rest, MB', memoryOf(product.process.pid ?? 0));

  await api.post('/api/v1/rules', {
    ref: 'default.bench',
    pack_ref: 'default',
    label: 'bench',
    trigger_ref: 'core.webhook',
    action_ref: 'core.echo',
    action_params: { message: 'n {{ event.payload.n }}' },
  });
  for (let n = 0; n < 5; n++) await oneEvent(api, n);
  const latencies: Latency[] = [];
  for (let n = 0; n < EVENTS; n++) {
    latencies.push(await oneEvent(api, n));
    await delay(30);
  }
  for (const part of ['total', 'post', 'queued', 'starting'] as const) {
    const values = latencies.map((latency) => latency[part]);
    report(`event POST to process started, ms, ${part}`, {
      p50: percentile(values, 50),
      p95: percentile(values, 95),
    });
  }

  const burst = crypto.randomUUID();
  const from = Date.now();
  await Promise.all(
    Array.from({ length: BURST }, (_, n) =>
      api.run('core.echo', { message: `n ${n}` }, { trace_tag: burst }),
    ),
  );
  const asked = Date.now() - from;
  const ended = await api.untilAllEnded(burst, 100);
  const last = Math.max(...ended.map(({ finished_at }) => Date.parse(finished_at ?? '')));
  report(`${BURST} runs asked for at once, ms`, {
    asked,
    completed: last - from,
    not_completed: ended.filter(({ status }) => status !== 'completed').length,
  });

  report('events stored, 32 clients for 3 s', await storedEvents(api));
} finally {
  await product.stop();
}

/** In ms: from before the POST to the start of the process, and its parts. */
interface Latency {
  readonly total: number;
  /** Until the event was stored. */
  readonly post: number;
  /** Until a worker had claimed the run. */
  readonly queued: number;
  /** Until the process had started. */
  readonly starting: number;
}

async function oneEvent(api: Api, n: number): Promise<Latency> {
  const from = Date.now();
  const body = { trigger_ref: 'core.webhook', payload: { n } };
  const { data: event } = await api.post('/api/v1/events', body);
  // Looking at once would be measured too.
  await delay(200);
  const [verdict] = (await api.get(`/api/v1/events/${event.id}/rules`)).data;
  await api.untilEnded(verdict.execution);
  const [attempt] = (await api.get(`/api/v1/executions/${verdict.execution}/attempts`)).data;
  const [stored, claimed, started] = [
    event.created,
    attempt.claimed_at,
    attempt.process_started_at,
  ].map((time: string) => Date.parse(time)) as [number, number, number];
  return {
    total: started - from,
    post: stored - from,
    queued: claimed - stored,
    starting: started - claimed,
  };
}

async function storedEvents(api: Api): Promise<Record<string, number>> {
  await api.post('/api/v1/rules/default.bench/disable');
  const until = Date.now() + 3_000;
  let stored = 0;
  let refused = 0;
  const client = async () => {
    while (Date.now() < until) {
      const { status } = await api.ask('POST', '/api/v1/events', {
        trigger_ref: 'core.webhook',
        payload: {},
      });
      if (status === 201) stored += 1;
      else refused += 1;
    }
  };
  await Promise.all(Array.from({ length: 32 }, client));
  return { per_second: Math.round(stored / 3), refused };
}

/** Resident memory of every process below `root`, by what it is. */
function memoryOf(root: number): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const pid of descendantsOf(root)) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const name = nameOf(command, /^Name:\s+(.*)$/m.exec(status)?.[1] ?? '');
      sums[name] = (sums[name] ?? 0) + Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
    } catch {
      // It ended while we looked.
    }
  }
  return Object.fromEntries(Object.entries(sums).map(([name, mb]) => [name, Math.round(mb)]));
}

function nameOf(command: string, name: string): string {
  if (/worker\/main\.ts/.test(command)) return 'worker';
  if (/process-host/.test(command)) return 'host';
  if (/next-server|next\/dist/.test(`${command}${name}`)) return 'web';
  if (/postgres/.test(command)) return 'postgres';
  return /cli\.ts/.test(command) ? 'launcher' : 'others';
}

function descendantsOf(root: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name): [number, number][] => {
        try {
          const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
          return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
        } catch {
          return [];
        }
      }),
  );
  const isBelow = (pid: number): boolean => {
    for (let at = pid; at > 1; at = parents.get(at) ?? 0) if (at === root) return true;
    return false;
  };
  return [...parents.keys()].filter(isBelow);
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}

function report(what: string, numbers: Record<string, number>): void {
  const text = Object.entries(numbers)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  process.stdout.write(`${what}: ${text}\n`);
}
