import { expect, test } from 'vitest';
import { Timers } from './timers.ts';

test('a timer that is made at the end of a long turn does not come before its time', async () => {
  const timers = new Timers();
  const early: number[] = [];
  for (let round = 0; round < 20; round++) {
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        const busyUntil = performance.now() + 8;
        while (performance.now() < busyUntil);
        const from = performance.now();
        timers.after(10, () => {
          early.push(10 - (performance.now() - from));
          resolve();
        });
      });
    });
  }
  expect(Math.max(...early)).toBeLessThanOrEqual(0);
});
