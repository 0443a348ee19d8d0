import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { chromium } from 'playwright';
import { startEmbeddedPostgres } from '#bin/postgres/embedded.ts';
import { paths } from '#lib/paths.ts';
import { LAUNCH_OPTIONS } from '../e2e/browser.ts';
import { logIn } from '../e2e/log-in.ts';
import { type Product, productEnvironment, startProduct } from '../e2e/product.ts';
import { seedHistory } from '../test/seed-lists.ts';

/**
 * `node bench/pages.ts [rows]`: the pages of lists in a browser with a million runs in the database, from the request
 * to the last byte of the answer, and a list of the API that counts all rows as well. Exits 1 when one of them takes
 * longer than the dashboard promises. `bench/lists.ts` has every filter.
 */

const ROWS = Number(process.argv[2] ?? 1_000_000);
const TIMES = 40;
const P95_MS_MAX = 300;

const PAGES: readonly string[] = [
  paths.home(),
  paths.executions(),
  paths.executions({ status: ['failed', 'timeout'] }),
  paths.events(),
  paths.enforcements(),
  paths.rules(),
  paths.triggers(),
  paths.sensors(),
  paths.actions(),
  paths.workers(),
  paths.tokens(),
  paths.audit(),
  '/api/v1/executions?include_total=true',
];

const dataDir = mkdtempSync(join(tmpdir(), 'attune-pages-'));
chmodSync(dataDir, 0o711);
const postgres = await startEmbeddedPostgres({
  dataDir,
  password: 'the password of the bench',
  settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
});
let product: Product | undefined;
try {
  await seed(postgres.url);
  product = await startProduct({ DATABASE_URL: postgres.url });
  process.exitCode = (await measure(product.url)) ? 0 : 1;
} finally {
  await product?.stop();
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function seed(url: string): Promise<void> {
  execFileSync(process.execPath, ['bin/cli.ts', 'db', 'migrate'], {
    env: { ...productEnvironment(dataDir), DATABASE_URL: url },
    stdio: 'ignore',
  });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await seedHistory({ query: async (text) => (await client.query(text)).rows }, ROWS);
  // Room for what the product writes itself.
  for (const table of ['worker', 'audit_event'])
    await client.query(
      `select setval('${table}_id_seq', (select max(id) from ${table}) + 100)::text`,
    );
  await client.query('update worker set stopped_at = now()');
  // As autovacuum leaves tables that grew.
  await client.query('vacuum analyze');
  await client.end();
}

async function measure(url: string): Promise<boolean> {
  const browser = await chromium.launch(LAUNCH_OPTIONS);
  const page = await browser.newPage();
  await logIn(page, url);
  let isGood = true;
  for (const path of PAGES) {
    const took: number[] = [];
    for (let n = 0; n < TIMES; n++) {
      await page.goto(url + path, { waitUntil: 'domcontentloaded' });
      took.push(
        await page.evaluate(() => {
          const [{ requestStart, responseEnd }] = performance.getEntriesByType('navigation') as [
            PerformanceNavigationTiming,
          ];
          return responseEnd - requestStart;
        }),
      );
    }
    const sorted = took.toSorted((a, b) => a - b);
    const p95 = sorted[Math.ceil(TIMES * 0.95) - 1] ?? Infinity;
    if (p95 > P95_MS_MAX) isGood = false;
    process.stdout.write(
      `${p95 > P95_MS_MAX ? 'SLOW ' : ''}${path}: p50 ${Math.round(sorted[TIMES >> 1] ?? 0)}, p95 ${Math.round(p95)}\n`,
    );
  }
  await browser.close();
  return isGood;
}
