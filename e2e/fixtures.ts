import { randomUUID } from 'node:crypto';
import { test as base } from 'playwright/test';
import { Api } from './api.ts';
import { SESSION_FILE } from './global-setup.ts';
import { PASSWORD } from './product.ts';

export { expect } from 'playwright/test';

export const productUrl = (): string => process.env['ATTUNE_E2E_URL'] ?? '';

interface Fixtures {
  /** An administrator's client. */
  readonly api: Api;
  /** A client without any token. */
  readonly stranger: Api;
}

interface WorkerFixtures {
  readonly adminApi: Api;
}

/** Pages are logged in as the administrator. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  adminApi: [
    async ({}, use) => use(await Api.logIn(productUrl(), 'admin', PASSWORD)),
    { scope: 'worker' },
  ],
  api: ({ adminApi }, use) => use(adminApi),
  stranger: ({}, use) => use(new Api(productUrl(), null)),
  baseURL: ({}, use) => use(productUrl()),
  storageState: SESSION_FILE,
});

/** A name that no other test uses. */
export const unique = (prefix: string): string => `${prefix}_${randomUUID().slice(0, 8)}`;
