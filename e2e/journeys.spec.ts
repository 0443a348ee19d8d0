import { paths } from '#lib/paths.ts';
import { expect, test, unique } from './fixtures.ts';
import { keys, mouse } from './hands.ts';
import { untilCallsAreKept } from './kept-calls.ts';

/** What people come for, each time with a mouse and without one. */
for (const [by, handOf] of Object.entries({ mouse, 'keyboard alone': keys })) {
  test.describe(`by ${by}`, () => {
    test('first rule: from Home to a rule whose first run one has seen', async ({ page, api }) => {
      const hand = handOf(page);
      const label = unique('Journey');
      await page.goto(paths.home());
      await hand.visit('Rules', 'g r');
      await hand.press(page.getByRole('link', { name: 'New rule' }).first());
      await hand.pick(
        page.getByRole('combobox', { name: 'Trigger' }),
        'thing_happened',
        /probe\.thing_happened/,
      );
      await hand.press(page.getByRole('button', { name: 'Add condition' }));
      await hand.fill(page.getByLabel('Field of the payload'), 'name');
      await hand.select(page.getByLabel(/^Operator for/), 'starts_with');
      await hand.fill(page.getByLabel(/^Value for/), label);
      await hand.pick(page.getByRole('combobox', { name: 'Action' }), 'core.echo', /core\.echo/);
      await hand.fill(page.getByLabel('message'), 'hello {{ event.payload.name }}');
      await hand.fill(page.getByRole('textbox', { name: /^label/ }), label);
      await hand.press(page.getByRole('button', { name: /^Create rule/ }));
      await page.waitForURL(/\/rules\/(?!new)/);
      const ref = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');

      await api.post('/api/v1/events', {
        trigger_ref: 'probe.thing_happened',
        payload: { name: `${label}!` },
      });
      await hand.visit('Executions', 'g x');
      const run = page.getByRole('row', { name: new RegExp(ref.replace('.', '\\.')) }).first();
      await expect(async () => {
        // Where the list is being pointed at, the run waits until it is asked for.
        if (!(await run.isVisible())) await page.keyboard.press('.');
        await expect(run).toBeVisible({ timeout: 1_000 });
      }).toPass();
      await hand.press(run.getByRole('link').first());
      await expect(page.getByRole('log', { name: 'Output' })).toContainText(`hello ${label}!`);
      await api.delete(`/api/v1/rules/${ref}`);
    });

    test('why did it fail: from Home to the line of the log and to what differs from the last success', async ({
      page,
      api,
    }) => {
      const hand = handOf(page);
      const host = unique('full');
      await api.runToEnd('probe.connect', { host: 'idle-1' });
      const run = await api.runToEnd('probe.connect', { host });
      await page.goto(paths.home());

      // The whole number: it may stand in somebody else's name as well.
      const itself = new RegExp(`(?<!\\w)${run.id}(?!\\w)`);
      await hand.press(page.getByRole('link', { name: itself }).first());
      await page.waitForURL(new RegExp(`/executions/${run.id}`));
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Failed: exit code 3\b/);
      await hand.press(page.getByRole('button', { name: /First error/ }));
      await expect(page.getByRole('log', { name: 'Output' })).toContainText(
        `error: ${host} refused the connection`,
      );
      await hand.press(page.getByRole('link', { name: /^Compare/ }).first());
      await expect(page.getByRole('row', { name: /host/ })).toContainText('idle-1');
      await expect(page.getByRole('row', { name: /host/ })).toContainText(host);
    });

    test('why did it not fire: from the event to the condition that failed, what it expected and what was', async ({
      page,
      api,
    }) => {
      const hand = handOf(page);
      const ref = `probe.${unique('picky')}`;
      await api.post('/api/v1/rules', {
        ref,
        pack_ref: 'probe',
        label: ref,
        trigger_ref: 'probe.thing_happened',
        action_ref: 'core.noop',
        conditions: {
          all: [
            { field: 'name', operator: 'equals', value: ref },
            { field: 'size', operator: 'gte', value: 5 },
          ],
        },
      });
      const event = await api.post('/api/v1/events', {
        trigger_ref: 'probe.thing_happened',
        payload: { name: ref, size: 3 },
      });
      await page.goto(paths.home());
      await hand.visit('Events', 'g e');
      await hand.press(
        page.getByRole('link', { name: String(event.data.id), exact: true }).first(),
      );

      // Another rule may speak of this one's name, as what it found.
      const verdict = page
        .getByRole('row')
        .filter({ has: page.getByRole('link', { name: ref, exact: true }) });
      await expect(verdict).toContainText('did not match');
      await expect(verdict).toContainText('size');
      await expect(verdict).toContainText('is at least');
      await expect(verdict.getByRole('cell').nth(3)).toHaveText('5');
      await expect(verdict.getByRole('cell').nth(4)).toHaveText('3');
      await api.delete(`/api/v1/rules/${ref}`);
    });

    test('stop this now: a running run is found, cancelled with a reason, and says who and why', async ({
      page,
      api,
    }) => {
      const hand = handOf(page);
      const { id } = await api.run('probe.talk', { words: 150 });
      await page.goto(paths.home());
      await hand.visit('Executions', 'g x');
      await hand.press(page.getByRole('link', { name: String(id), exact: true }).first());
      await expect(page.getByRole('log', { name: 'Output' })).toContainText('word 1');

      await hand.press(page.getByRole('button', { name: 'Cancel', exact: true }));
      await hand.fill(page.getByLabel('Reason'), 'wrong table');
      await hand.press(page.getByRole('button', { name: 'Cancel run' }));

      await expect(page.getByRole('heading', { level: 1 })).toHaveText(
        /^Cancelled by admin .*wrong table/,
      );
    });

    test('who used this token: its calls, the refused ones, and whether it lives', async ({
      page,
      api,
    }) => {
      const hand = handOf(page);
      const run = await api.runToEnd('probe.token', { stranger: 1, rule: 'none', key: 'none' });
      await untilCallsAreKept(api, run.id);
      await page.goto(paths.execution(run.id));
      const tabs = page.getByRole('navigation', { name: 'Run' });
      await hand.press(tabs.getByRole('link', { name: /^Token/ }));

      await expect(page.getByText('completed, 0 ms after the run')).toBeVisible();
      const calls = page.getByRole('table', { name: /Calls made with the token/ });
      await expect(
        calls.getByRole('row', { name: /GET \/api\/v1\/executions\/\{id\} 200/ }).first(),
      ).toBeVisible();
      await expect(calls.getByRole('row', { name: /PUT \/api\/v1\/rules/ })).toContainText(
        /40[34]/,
      );
    });
  });
}
