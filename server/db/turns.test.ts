import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('gives no more turns than there are, and the next one to who came first', async () => {
  const turns = new Turns(2);
  expect(await Promise.all([turns.begin(1), turns.begin(1)])).toEqual([true, true]);
  const order: string[] = [];
  const first = turns.begin(60_000).then(() => order.push('first'));
  const second = turns.begin(60_000).then(() => order.push('second'));

  turns.end();
  await first;
  expect(order).toEqual(['first']);

  turns.end();
  await second;
  expect(order).toEqual(['first', 'second']);
});

test('says no to who waited for too long, and loses no turn by it', async () => {
  const turns = new Turns(1);
  await turns.begin(1);
  expect(await turns.begin(1)).toBe(false);

  turns.end();
  expect(await turns.begin(1)).toBe(true);
});
