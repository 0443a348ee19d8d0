import { afterAll, beforeAll, expect, test } from 'vitest';
import { isFinal } from '#lib/domain/execution-status.ts';
import { anAction, aWorker } from '#test/catalogue.ts';
import { isDeep } from './depth.ts';
import { isOneOfTheOrders, type Operation, type Terms } from './model.ts';
import { randomFrom, SEED } from './random.ts';
import { checkSoundness } from './runs.ts';
import { closeSubjects, Subject } from './subject.ts';

const TIMES = isDeep ? 3_000 : 150;
const AT_ONCE = 4;

let action: string;
let workers: [number, number];
beforeAll(async () => {
  action = await anAction();
  workers = [await aWorker(), await aWorker()];
});
afterAll(closeSubjects);

const claim: Operation = { kind: 'claim', bells: 1 };
const twice: Operation = { kind: 'claim', bells: 2 };
const cancel: Operation = { kind: 'cancel' };
const lose: Operation = { kind: 'lose' };
const end = (how: 'completed' | 'failed' | 'timeout'): Operation => ({
  kind: 'settle',
  number: 1,
  end: how,
  reason: how === 'timeout' ? 'timeout' : 'exit',
});
const RETRIES: Terms = { maxRetries: 3, idempotent: true, retryOnTimeout: true };
const NONE: Terms = { maxRetries: 0, idempotent: false, retryOnTimeout: false };

interface Race {
  readonly name: string;
  readonly terms: Terms;
  readonly first: readonly Operation[];
  readonly runners: readonly Operation[];
}

const RACES: readonly Race[] = [
  { name: 'a cancel and an end', terms: NONE, first: [claim], runners: [cancel, end('completed')] },
  {
    name: 'a cancel and a retry',
    terms: RETRIES,
    first: [claim],
    runners: [cancel, end('failed')],
  },
  { name: 'a cancel and a claim', terms: NONE, first: [], runners: [cancel, claim] },
  {
    name: 'a cancel, a retry and its claim',
    terms: RETRIES,
    first: [claim],
    runners: [cancel, end('failed'), claim],
  },
  { name: 'two claims', terms: NONE, first: [], runners: [claim, claim] },
  {
    name: 'three claims, each of two bells',
    terms: NONE,
    first: [],
    runners: [twice, twice, twice],
  },
  {
    name: 'a time-out and an end',
    terms: RETRIES,
    first: [claim],
    runners: [end('timeout'), end('completed')],
  },
  {
    name: 'the loss of its worker and an end',
    terms: NONE,
    first: [claim],
    runners: [lose, end('completed')],
  },
  {
    name: 'the loss of its worker and a retry',
    terms: RETRIES,
    first: [claim],
    runners: [lose, end('failed')],
  },
  {
    name: 'the loss of its worker and a cancel',
    terms: RETRIES,
    first: [claim],
    runners: [lose, cancel],
  },
  {
    name: 'the loss of its worker and output',
    terms: RETRIES,
    first: [claim],
    runners: [lose, { kind: 'write', number: 1 }],
  },
  {
    name: 'two sweeps that find its worker dead',
    terms: RETRIES,
    first: [claim],
    runners: [lose, lose],
  },
  {
    name: 'the end of its wait and a claim',
    terms: NONE,
    first: [],
    runners: [{ kind: 'queue_timeout' }, claim],
  },
  {
    name: 'the end of its wait and a cancel',
    terms: NONE,
    first: [],
    runners: [{ kind: 'deadline' }, cancel],
  },
];

test.each(RACES)(
  `$name of one execution, raced ${TIMES} times: one comes first, whoever it is (seed ${SEED})`,
  async ({ terms, first, runners }) => {
    const random = randomFrom(SEED);
    const unexplained: unknown[] = [];
    const race = async () => {
      const subject = await Subject.ask(action, workers, terms);
      for (const operation of first) await subject.perform(operation);
      const before = await subject.read();
      const heads = runners.map(() => random.below(4));
      const answers = await Promise.all(
        runners.map(async (operation, index) => {
          for (let wait = heads[index] ?? 0; wait > 0; wait--) await new Promise(setImmediate);
          return subject.perform(operation);
        }),
      );
      const after = await subject.read();
      if (!isOneOfTheOrders(before, { operations: runners, answers, after }, terms))
        unexplained.push({ before, runners, answers, after });
      await finish(subject);
    };
    let left = TIMES;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (left-- > 0) await race();
      }),
    );
    expect(unexplained).toEqual([]);
    await checkSoundness();
  },
);

/** Ends it: what waits is not to be found by the sweep of another race. */
async function finish(subject: Subject): Promise<void> {
  const { status, attempts } = await subject.read();
  if (isFinal(status)) return;
  await subject.perform(cancel);
  const number = attempts.length;
  await subject.perform({ kind: 'settle', number, end: 'cancelled', reason: 'cancel' });
}
