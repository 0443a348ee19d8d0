import { logIn } from './log-in.ts';
import { PASSWORD, startProduct } from './product.ts';
import { Api } from './api.ts';
import { resolve } from 'node:path';
import { chromium, type FullConfig } from 'playwright/test';

export const SESSION_FILE = 'test-results/session.json';

/** Starts the product once, registers the pack that the tests look through, and logs a browser in. */
export default async function setUp(settings: FullConfig): Promise<() => Promise<void>> {
  const given = process.env['ATTUNE_E2E_URL'];
  const product = given === undefined ? await startProduct() : undefined;
  const url = given ?? product?.url ?? '';
  process.env['ATTUNE_E2E_URL'] = url;
  process.env['ATTUNE_E2E_DATA_DIR'] = product?.dataDir ?? process.env['ATTUNE_E2E_DATA_DIR'] ?? '';
  try {
    const api = await Api.logIn(url, 'admin', PASSWORD);
    await api.post('/api/v1/packs/register', { path: resolve('e2e/probe-pack'), force: true });
    await saveSession(url, settings);
  } catch (error) {
    await product?.stop();
    throw error;
  }
  return async () => product?.stop();
}

async function saveSession(url: string, settings: FullConfig): Promise<void> {
  const browser = await chromium.launch(settings.projects[0]?.use.launchOptions);
  const page = await browser.newPage();
  await logIn(page, url);
  await page.context().storageState({ path: SESSION_FILE });
  await browser.close();
}
