import { startProduct } from '../e2e/product.ts';
import { measureOverload } from './overload/measure.ts';
import { describeOverload, judgeOverload } from './overload/verdict.ts';

/**
 * `node bench/overload.ts [seconds] [clients] [bytes] [backlog]`: offers far more events than can run, reads the
 * interface meanwhile, waits until everything has run, and counts in the database what became of each event that was
 * accepted; exit code 1 if a promise broke.
 */

const [seconds = 10, clients = 32, bytes = 100, backlogMax = 100_000] = process.argv
  .slice(2)
  .map(Number);

const product = await startProduct({ BACKLOG_MAX: String(backlogMax) });
try {
  const load = { seconds, clients, bytes, drainSecondsMax: 30 * 60 };
  const measured = await measureOverload(product, load);
  for (const [name, value] of Object.entries(describeOverload(measured)))
    process.stdout.write(`${name}: ${JSON.stringify(value)}\n`);
  const broken = judgeOverload(measured);
  process.stdout.write(broken.length === 0 ? 'every promise was kept\n' : '');
  for (const words of broken) process.stdout.write(`✗ ${words}\n`);
  if (broken.length > 0) process.exitCode = 1;
} finally {
  await product.stop();
}
