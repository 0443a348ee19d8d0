import type { Page } from 'playwright';
import { PASSWORD } from './product.ts';

/** By the form, as the administrator. */
export async function logIn(page: Page, url: string, password = PASSWORD): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByLabel('Login').fill('admin');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${url}/`);
}
