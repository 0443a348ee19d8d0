import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  EXECUTION_TRANSITIONS,
  type ExecutionStatus,
  isFinal,
} from '#lib/domain/execution-status.ts';
import { anAction, aWorker } from '#test/catalogue.ts';
import { isDeep } from './depth.ts';
import { BORN, isOneOfTheOrders, type Operation, type State, type Terms } from './model.ts';
import { type Random, randomFrom, SEED } from './random.ts';
import { checkSoundness } from './runs.ts';
import { closeSubjects, Subject } from './subject.ts';

const LIVES = isDeep ? 3_000 : 300;
const STEPS = 14;

let action: string;
let workers: [number, number];
beforeAll(async () => {
  action = await anAction();
  workers = [await aWorker(), await aWorker()];
});
afterAll(closeSubjects);

test(`${LIVES} lives of executions, ${STEPS} steps of one to three operations at once each: every one is as if they came one after the other, as the contract has it (seed ${SEED})`, async () => {
  let longest = 0;
  let mostCrashes = 0;
  for (let life = 0; life < LIVES; life++) {
    const random = randomFrom(SEED + life);
    const { attempts, crashes } = await live(random, `ATTUNE_TEST_SEED=${SEED}, life ${life}`);
    longest = Math.max(longest, attempts.length);
    mostCrashes = Math.max(mostCrashes, crashes);
  }
  await checkSoundness();
  // Chance has led far enough to be worth something.
  expect(longest).toBeGreaterThan(2);
  expect(mostCrashes).toBe(2);
});

async function live(random: Random, name: string): Promise<State> {
  const terms: Terms = {
    maxRetries: random.below(4),
    idempotent: random.next() < 0.7,
    retryOnTimeout: random.next() < 0.5,
  };
  const subject = await Subject.ask(action, workers, terms);
  let before = BORN;
  const story: unknown[] = [terms];
  for (let step = 0; step < STEPS; step++) {
    const operations = chooseGroup(random, before);
    const answers = await Promise.all(operations.map((each) => subject.perform(each)));
    const after = await subject.read();
    story.push({ operations, answers, after });
    if (!isOneOfTheOrders(before, { operations, answers, after }, terms))
      throw new Error(`${name}: no order explains the last step of ${JSON.stringify(story)}`);
    if (!isReachable(before.status, after.status))
      throw new Error(`${name}: no way leads from ${before.status} to ${after.status}`);
    before = after;
  }
  if (isFinal(before.status)) return before;
  await subject.perform({ kind: 'cancel' });
  const number = before.attempts.length;
  await subject.perform({ kind: 'settle', number, end: 'cancelled', reason: 'cancel' });
  const last = await subject.read();
  if (last.status !== 'cancelled') throw new Error(`${name}: it ended ${last.status}`);
  return last;
}

/** One to three, of which at most one writes and none renews what another one loses. */
function chooseGroup(random: Random, state: State): Operation[] {
  const group: Operation[] = [];
  for (let wanted = 1 + random.below(3); wanted > 0; wanted--) {
    const chosen = choose(random, state);
    const kinds = new Set(group.map(({ kind }) => kind).concat(chosen.kind));
    const isOdd =
      (chosen.kind === 'write' && group.some(({ kind }) => kind === 'write')) ||
      (kinds.has('renew') && kinds.has('lose'));
    if (!isOdd) group.push(chosen);
  }
  return group;
}

function choose(random: Random, { status, attempts }: State): Operation {
  // Mostly of the attempt that runs, sometimes of one that has ended, or that nobody was given.
  const number = Math.max(attempts.length - random.pick([0, 0, 0, 1, -1]), 1);
  const ends = ['completed', 'failed', 'failed', 'failed', 'timeout', 'lost'] as const;
  switch (random.below(13)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return { kind: 'claim', bells: 1 + random.below(2) };
    case 4:
    case 5:
    case 6: {
      const end = status === 'canceling' && random.next() < 0.5 ? 'cancelled' : random.pick(ends);
      return { kind: 'settle', number, end, reason: REASON[end] };
    }
    case 7:
      return { kind: 'write', number };
    case 8:
      return { kind: 'renew', number };
    case 9:
    case 10:
    case 11:
      return { kind: 'lose' };
    default:
      return { kind: random.pick(['cancel', 'queue_timeout', 'sweep']) };
  }
}

const REASON = {
  completed: 'exit',
  failed: 'exit',
  timeout: 'timeout',
  cancelled: 'cancel',
  lost: 'worker_stopped',
} as const;

/** Whether moves of the state table lead there. */
function isReachable(from: ExecutionStatus, to: ExecutionStatus): boolean {
  const seen = new Set<ExecutionStatus>([from]);
  for (const status of seen) for (const next of EXECUTION_TRANSITIONS[status]) seen.add(next);
  return seen.has(to);
}
