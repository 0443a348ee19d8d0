import { randomUUID } from 'node:crypto';
import { test as base } from 'playwright/test';
import { Api } from './api.ts';
import { PASSWORD } from './product.ts';
import { sharedProduct } from './shared-product.ts';

export { expect } from 'playwright/test';

export const productUrl = (): string => sharedProduct().url;

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
  storageState: ({}, use) => use(sharedProduct().sessionFile),
});

/** A name that no other test uses. */
export const unique = (prefix: string): string => `${prefix}_${randomUUID().slice(0, 8)}`;
