import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { expect, test, unique } from './fixtures.ts';

test('who changed a rule, from where and by which request is found by filters that stand in the address', async ({
  api,
  page,
}) => {
  const ref = `core.${unique('audited')}`;
  await api.post('/api/v1/rules', {
    ref,
    pack_ref: 'core',
    label: 'Audited',
    trigger_ref: 'core.intervaltimer',
    action_ref: 'core.echo',
    enabled: false,
  });
  await api.delete(`/api/v1/rules/${ref}`);

  await page.goto(paths.audit());
  await page.getByLabel('To what').fill(`rule ${ref}`);
  await page.getByLabel('Act', { exact: true }).fill('rule.deleted');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/action=rule\.deleted/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('One act fits');
  const row = page.getByRole('row', { name: new RegExp(ref) });
  await expect(row).toContainText(`admin deleted rule ${ref}`);
  // Without TRUSTED_PROXIES no address is believed.
  await expect(row).toContainText('127.0.0.1');

  await row.getByRole('link').first().click();
  const panel = page.getByRole('region', { name: /^Act \d+$/ });
  await expect(panel).toContainText('by access token');
  await expect(panel).toContainText('DELETE /api/v1/rules/{ref}');
  await expect(page.getByText(/Linked up to place/)).toContainText('attune audit verify');
  await expect
    .poll(async () => {
      await page.reload();
      return panel.textContent();
    })
    .toMatch(/place [\d,]+Hash before[0-9a-f]{64}Hash[0-9a-f]{64}/);
  await panel.getByRole('link', { name: /^[0-9a-f-]{36}$/ }).click();
  await expect(page).toHaveURL(/request=/);
  await expect(page.getByRole('row', { name: new RegExp(ref) })).toBeVisible();
});

test('the download holds what fits, and nothing that a spreadsheet would compute', async ({
  api,
  stranger,
  page,
}) => {
  const login = `=HYPERLINK("http://x/${unique('q')}")`;
  await stranger.ask('POST', '/auth/login', { login, password: 'wrong password' });
  await page.goto(withSearch(paths.audit(), { actor: login }));
  const waiting = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download what fits as CSV' }).click();
  const file = await readFile(await (await waiting).path(), 'utf8');
  const [head, line, ...rest] = file.trimEnd().split('\r\n');
  expect(head).toMatch(/^id,created,outcome,/);
  expect(line).toContain(`"'${login.replaceAll('"', '""')}"`);
  expect(rest).toEqual([]);

  const all = await api.ask('GET', '/api/v1/audit-events/export');
  expect(all.headers.get('content-type')).toContain('text/csv');
  expect(String(all.body).split('\r\n').length).toBeGreaterThan(5);
});

test('whoever may not read the audit is told what it takes', async ({ api, browser, baseURL }) => {
  const login = unique('reader');
  const password = 'a password for one page';
  await api.post('/api/v1/identities', { login, password });
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const page = await context.newPage();
  await page.goto(`${baseURL ?? ''}${paths.login()}`);
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${baseURL ?? ''}/`);
  await page.goto(`${baseURL ?? ''}${paths.audit()}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('audit_log:read');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await context.close();
});
