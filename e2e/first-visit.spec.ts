import { expect, test } from 'playwright/test';
import { paths } from '#lib/paths.ts';
import { PASSWORD, type Product, startProduct } from './product.ts';

let product: Product;

// Nothing has ever run there: a product of its own.
test.beforeAll(async () => {
  test.setTimeout(240_000);
  product = await startProduct();
});
test.afterAll(() => product?.stop());

test('a first visit leads through five steps that know what is done; one click starts the demo, and one removes it', async ({
  page,
}) => {
  const step = (title: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) });
  await page.goto(`${product.url}${paths.login()}`);
  await page.getByLabel('Login').fill('admin');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();

  await expect(page.getByRole('heading', { level: 1 })).toContainText('two are done');
  await expect(step('A worker is connected')).toContainText('done');
  await expect(step('The core pack is there')).toContainText('done');
  await expect(step('Write the rule')).toHaveAttribute('aria-current', 'step');

  await page.getByRole('link', { name: 'Write it from a timer' }).click();
  await expect(page.getByRole('combobox', { name: 'Trigger' })).toHaveValue('core.intervaltimer');
  await expect(page.getByRole('combobox', { name: 'Action' })).toHaveValue('core.echo');
  // One that does not fire by itself, or there would be nothing to wait for.
  await page.goto(
    `${product.url}${paths.newRule({ trigger: 'core.webhook', action: 'core.echo' })}`,
  );
  await page.getByLabel('message').fill('hello');
  await page.getByRole('textbox', { name: /^label/ }).fill('Say hello');
  await page.getByRole('button', { name: /^Create rule/ }).click();
  await page.waitForURL(/\/rules\/(?!new)/);

  await page.goto(product.url);
  await expect(step('The rule is written')).toContainText('say_hello');
  await expect(step('Let its trigger fire')).toHaveAttribute('aria-current', 'step');

  await page.getByRole('button', { name: 'Start the demo' }).click();
  await expect(page.getByRole('region', { name: 'Executions' })).toContainText(/Completed\s*[1-9]/);
  await page.getByRole('button', { name: 'Remove the demo…' }).click();
  await page.getByRole('button', { name: 'Remove the demo', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Remove the demo…' })).toHaveCount(0);
  await page.goto(`${product.url}${paths.rules()}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 rule, all switched on.');
});
