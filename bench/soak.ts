import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { closePool } from '#server/db/pool.ts';
import { checkInvariants } from '#server/invariants/check-invariants.ts';
import { inSnapshot } from '#server/invariants/in-snapshot.ts';
import { Api } from '../e2e/api.ts';
import { PASSWORD, startProduct } from '../e2e/product.ts';
import { openDatabaseOf } from './soak/database.ts';
import { Faults } from './soak/faults.ts';
import { newTally, offerLoad } from './soak/load.ts';
import { randomFrom, readOptions } from './soak/options.ts';
import { below, listProcesses, memoryOf } from '../e2e/processes.ts';
import { keepSecondWorker } from './soak/second-worker.ts';
import { countExecutions, findSurvivors } from './soak/state.ts';
import { describe, judge, untilAllEnded } from './soak/verdict.ts';

/**
 * `npm run soak -- --minutes 15`: the whole product with two workers under a steady load of well and badly behaved
 * actions, with a fault every 30 s. What was accepted must end, whatever happens; exit code 1 if a promise broke.
 */

const REPORT_MS = 10_000;
/** Processes of a run may live this long after its end was written: the sweep writes before its worker knows. */
const SURVIVAL_SECONDS_MAX = 15;
/** The last fault, and what follows from it, belongs to the load. */
const LAST_FAULT_SECONDS = 20;

const options = readOptions(process.argv.slice(2));
const startedAt = Date.now();
say(
  `seed ${options.seed}: ${options.minutes} minutes, ${options.rate} executions/s, a fault every ${options.faultEverySeconds} s`,
);
const product = await startProduct({ WORKER_SLOTS: '16' });
openDatabaseOf(product.dataDir);
const second = keepSecondWorker(product.url, product.dataDir);
const roots = () => [product.process.pid ?? 0, second.pid];
const tally = newTally();
const broken: string[] = [];
const peak = new Map<string, number>();
const mark = String(process.pid);
try {
  const api = await Api.logIn(product.url, 'admin', PASSWORD);
  const token = await prepare(api);
  const over = AbortSignal.timeout(options.minutes * 60_000);
  const random = randomFrom(options.seed);
  const faults = new Faults({ roots, random: randomFrom(options.seed + 1) });
  const endAt = Date.now() + options.minutes * 60_000;
  await Promise.all([
    offerLoad({ url: product.url, token, mark, tally }, options.rate, random, over),
    injectFaults(faults, endAt, over),
    report(over),
  ]);
  await faults.settle();
  say(`the load is over; everything ended ${(await untilAllEnded()).toFixed(0)} s later`);
  await delay(2_000); // what ends a run writes first and cleans up then
  const found = await judge({ tally, faults: faults.done, url: product.url, mark, broken });
  say(
    `peak memory, MB: ${[...peak].map(([name, megabytes]) => `${name} ${megabytes}`).join(', ')}`,
  );
  say(found.length === 0 ? 'every promise was kept' : `${found.length} promises were broken:`);
  for (const words of found) say(`  ✗ ${words}`);
  if (found.length > 0) process.exitCode = 1;
} finally {
  await closePool();
  await second.stop();
  await product.stop();
}
process.exit();

/** The pack, the rule, and a token that outlasts the load. */
async function prepare(api: Api): Promise<string> {
  await api.post('/api/v1/packs/register', { path: resolve('bench/soak/pack'), force: true });
  await api.post('/api/v1/rules', {
    ref: 'default.soak',
    pack_ref: 'default',
    label: 'soak',
    trigger_ref: 'core.webhook',
    action_ref: 'core.echo',
    action_params: { message: 'n {{ event.payload.n }}' },
  });
  const { status, body } = await api.ask('POST', '/auth/login', {
    login: 'admin',
    password: PASSWORD,
  });
  if (status !== 200) throw new Error(`Login was answered ${status}: ${JSON.stringify(body)}`);
  return body.data.access_token as string;
}

async function injectFaults(faults: Faults, endAt: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    await delay(options.faultEverySeconds * 1000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted || Date.now() > endAt - LAST_FAULT_SECONDS * 1000) return;
    await lookAround(faults);
    say(
      `${clock()} fault: ${await faults.inject().catch((error: unknown) => `none (${String(error)})`)}`,
    );
  }
}

/** What must hold while it runs, said once for each thing that does not. */
async function lookAround(faults: Faults): Promise<void> {
  try {
    const violations = await inSnapshot(checkInvariants);
    const survivors =
      Date.now() < faults.quietFrom
        ? []
        : await findSurvivors(product.url, mark, SURVIVAL_SECONDS_MAX);
    const words = [
      ...violations.flatMap(describe),
      ...survivors.map(({ pid, words: what }) => `process ${pid} outlived its run: ${what}`),
    ];
    for (const each of words) say(`${clock()} ✗ ${each}`);
    broken.push(...words.map((each) => `${clock()} ${each}`));
  } catch (error) {
    say(`${clock()} could not look: ${String(error)}`);
  }
}

async function report(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await delay(REPORT_MS, undefined, { signal }).catch(() => undefined);
    const memory = memoryOf(below(roots(), listProcesses()));
    for (const [name, megabytes] of Object.entries(memory))
      peak.set(name, Math.max(peak.get(name) ?? 0, megabytes));
    const counts = await countExecutions().catch(() => null);
    const refused = Object.values(tally.refused).reduce((sum, each) => sum + each, 0);
    say(
      [
        `${clock()} asked ${tally.asked}`,
        `accepted ${tally.executions.length + tally.events.length}`,
        `refused ${refused}`,
        ...(counts === null
          ? ['no database']
          : [
              `waiting ${counts.waiting}`,
              `running ${counts.running}`,
              ...Object.entries(counts.byStatus)
                .filter(
                  ([status]) =>
                    /ed$|timeout/.test(status) && !/^(requested|scheduled)$/.test(status),
                )
                .map(([status, count]) => `${status} ${count}`),
              `retries ${counts.retries}`,
            ]),
        `MB ${Object.entries(memory)
          .map(([name, megabytes]) => `${name} ${megabytes}`)
          .join(' ')}`,
        ...(tally.unexpected.length > 0 ? [`UNEXPECTED ${tally.unexpected.length}`] : []),
      ].join(' · '),
    );
  }
}

function clock(): string {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
