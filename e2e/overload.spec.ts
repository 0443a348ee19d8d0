import { measureOverload } from '../bench/overload/measure.ts';
import { describeOverload, judgeOverload } from '../bench/overload/verdict.ts';
import { expect, test } from './fixtures.ts';
import { brokenPromises } from './invariants.ts';
import { type Product, startProduct } from './product.ts';

/** Products of their own, which are offered more than they can run. */
test.use({ storageState: { cookies: [], origins: [] } });

const isDeep = process.env['ATTUNE_TEST_DEEP'] === '1';
const BYTES = 100;

let product: Product;
test.afterEach(async () => {
  expect(await brokenPromises(product.dataDir)).toEqual([]);
  await product.stop();
});

test('events beyond a full backlog are refused with a time to come again, none that was accepted is lost or run twice, and the interface answers within a second', async () => {
  test.setTimeout(240_000);
  product = await startProduct({ BACKLOG_MAX: '50', WORKER_SLOTS: '1' });

  // Longer than the count of the backlog may be old (5 s).
  const load = { seconds: 8, clients: 8, bytes: BYTES, drainSecondsMax: 90 };
  const measured = await measureOverload(product, load);

  test.info().annotations.push({
    type: 'measured',
    description: JSON.stringify(describeOverload(measured)),
  });
  expect(measured.offered.answers['429']).toBeGreaterThan(0);
  expect(judgeOverload(measured)).toEqual([]);
});

if (isDeep)
  test('events that 32 clients offer for 10 s are all stored, matched once and run once, and the interface answers within a second', async () => {
    test.setTimeout(1_500_000);
    product = await startProduct();

    const load = { seconds: 10, clients: 32, bytes: BYTES, drainSecondsMax: 1_200 };
    const measured = await measureOverload(product, load);

    process.stdout.write(`${JSON.stringify(describeOverload(measured), null, 1)}\n`);
    expect(judgeOverload(measured)).toEqual([]);
  });
