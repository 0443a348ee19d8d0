import { expect, test } from 'vitest';
import { firstSteps } from './first-steps.ts';

const nothing = {
  hasWorker: false,
  hasCorePack: false,
  hasRule: false,
  hasRun: false,
  hasEndedRun: false,
};

test('of a house with nothing in it, the first step is next', () => {
  expect(firstSteps(nothing)).toEqual({
    worker: 'next',
    pack: 'later',
    rule: 'later',
    event: 'later',
    run: 'later',
  });
});

test('after a start there is a worker and the core pack, and the rule is next', () => {
  expect(firstSteps({ ...nothing, hasWorker: true, hasCorePack: true })).toMatchObject({
    worker: 'done',
    pack: 'done',
    rule: 'next',
    event: 'later',
  });
});

test('a step that was done stays done when one before it is undone, which is then the next one', () => {
  expect(firstSteps({ ...nothing, hasCorePack: true, hasRule: true })).toEqual({
    worker: 'next',
    pack: 'done',
    rule: 'done',
    event: 'later',
    run: 'later',
  });
});
