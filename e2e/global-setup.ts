import { resolve } from 'node:path';
import { type Browser, chromium, type FullConfig } from 'playwright/test';
import { Api } from './api.ts';
import { tellNumbersApart, withProductDatabase } from './database.ts';
import { logIn } from './log-in.ts';
import { PASSWORD, type Product, startProduct } from './product.ts';
import { share, type SharedProduct } from './shared-product.ts';

type Started = Pick<Product, 'url' | 'dataDir' | 'stop'>;

/**
 * Starts a product for each of Playwright's workers, registers the pack that the tests look through, and logs a browser
 * in. `ATTUNE_E2E_URL` (with `ATTUNE_E2E_DATA_DIR`) names one that runs already.
 */
export default async function setUp(settings: FullConfig): Promise<() => Promise<void>> {
  const products = await startAll(settings.workers);
  const stop = async () => {
    await Promise.all(products.map((product) => product.stop()));
  };
  const browser = await chromium.launch(settings.projects[0]?.use.launchOptions);
  try {
    const shared: SharedProduct[] = [];
    for (const [index, { url, dataDir }] of products.entries()) {
      if (dataDir !== '') await withProductDatabase(tellNumbersApart, dataDir);
      const api = await Api.logIn(url, 'admin', PASSWORD);
      await api.post('/api/v1/packs/register', { path: resolve('e2e/probe-pack'), force: true });
      const sessionFile = `node_modules/.cache/attune-tests/session-${index}.json`;
      await saveSession(browser, url, sessionFile);
      shared.push({ url, dataDir, sessionFile });
    }
    share(shared);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await browser.close();
  }
  return stop;
}

async function startAll(count: number): Promise<readonly Started[]> {
  const url = process.env['ATTUNE_E2E_URL'];
  if (url !== undefined) {
    if (count > 1) throw new Error('ATTUNE_E2E_URL names one product: it takes --workers=1.');
    // Whoever started it stops it.
    return [{ url, dataDir: process.env['ATTUNE_E2E_DATA_DIR'] ?? '', stop: async () => {} }];
  }
  const tries = await Promise.allSettled(Array.from({ length: count }, () => startProduct()));
  const started = tries.flatMap((tried) => (tried.status === 'fulfilled' ? [tried.value] : []));
  const failed = tries.find((tried) => tried.status === 'rejected');
  if (failed === undefined) return started;
  await Promise.all(started.map((product) => product.stop()));
  throw failed.reason;
}

async function saveSession(browser: Browser, url: string, path: string): Promise<void> {
  const page = await browser.newPage();
  await logIn(page, url);
  await page.context().storageState({ path });
  await page.context().close();
}
