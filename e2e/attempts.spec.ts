import { AxeBuilder } from '@axe-core/playwright';
import type { EnvironmentContext } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { expect, test } from './fixtures.ts';
import { makePack } from './make-pack.ts';

let removePack = () => {};

test.beforeAll(async ({ adminApi }) => {
  removePack = await makePack(adminApi, 'tries', {
    second_time_lucky: {
      more: 'max_retries: 3\nretry: {backoff: constant, delay_seconds: 7, jitter: false}',
      program:
        'echo "this is attempt $ATTUNE_ATTEMPT"\n[ "$ATTUNE_ATTEMPT" = 2 ] && exit 0\necho "upstream answered 502" >&2\nexit 3',
    },
    exit_137: { program: 'exit 137' },
    kill_itself: { program: 'kill -9 $$' },
    one_at_a_time: {
      more: 'concurrency: {limit: 1, key: "{{ parameters.host }}"}',
      parameters: 'host: {type: string}',
      program: 'sleep 60',
    },
  });
});

test.afterAll(() => removePack());

test('a run that is tried again counts down to it, and shows its attempts side by side', async ({
  page,
  api,
}) => {
  const { id } = await api.run('tries.second_time_lucky');
  await page.goto(paths.execution(id));
  const heading = page.getByRole('heading', { level: 1 });

  // Live: the page was opened before the first attempt had ended, and nobody reloads it.
  await expect(heading).toHaveText(
    /^Attempt 1 of 4 failed with exit code 3; trying again in \d+ s\.$/,
  );
  const left = async () => Number(/in (\d+) s/.exec(await heading.innerText())?.[1] ?? 0);
  const first = await left();
  await expect.poll(left).toBeLessThan(first);
  await expect(heading).toHaveText(/^Completed in .*, at attempt 2 of 4\.$/);

  const table = page.getByRole('table', { name: 'Attempts, first one first' });
  await expect(
    table.getByRole('row', { name: /failed with exit code 3.*upstream answered 502/ }),
  ).toBeVisible();
  await expect(table.getByRole('row', { name: /Attempt 2 completed/ })).toBeVisible();
  const ownOf = async (attempt: number) => {
    const { data } = await api.get(`/api/v1/executions/${id}/environment?attempt=${attempt}`);
    return (data as EnvironmentContext).variables.find(({ name }) => name === 'ATTUNE_ATTEMPT')
      ?.value;
  };
  expect([await ownOf(1), await ownOf(2)]).toEqual(['1', '2']);

  await page.getByRole('link', { name: 'result of attempt 1' }).click();
  await expect(page.getByRole('region', { name: 'Result' })).toContainText('upstream answered 502');
  await page.getByRole('link', { name: 'output of attempt 2' }).click();
  await expect(page.getByRole('log')).toContainText('this is attempt 2');
  await expect(page.getByRole('log')).not.toContainText('this is attempt 1');
  await page.getByRole('link', { name: 'Timeline' }).click();
  await expect(
    page.getByRole('img', { name: /^Attempt 2: waiting between attempts 7\.\d s, / }),
  ).toBeVisible();
});

test('a run that ignored SIGTERM says on its page how it ended, and that nothing of it is left', async ({
  page,
  api,
}) => {
  const run = await api.runToEnd('probe.refuse_to_die');
  await page.goto(paths.execution(run.id));

  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    /^Timed out after 1 s: SIGTERM at 1\.\d s, SIGKILL at 11\.\d s,( \d+ process(es)? ended,)? nothing left\.$/,
  );
  const ending = page.getByRole('region', { name: 'How it ended' });
  await expect(ending).toContainText(/SIGTERM at 1\.\d s/);
  await expect(ending).toContainText(/SIGKILL at 11\.\d s/);
  await expect(ending).toContainText(/10\.\d s used/);
  await expect(ending).toContainText('0 left');
});

test('an exit with 137 is not taken for a death by SIGKILL, on the page and in the list', async ({
  page,
  api,
}) => {
  const [left, killed] = await Promise.all([
    api.runToEnd('tries.exit_137'),
    api.runToEnd('tries.kill_itself'),
  ]);
  await page.goto(paths.execution(left.id));
  await expect(page.getByRole('heading', { level: 1 })).toContainText('exit code 137 (its own');
  await page.goto(paths.execution(killed.id));
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Killed by SIGKILL');
  await expect(page.getByRole('region', { name: 'How it ended' })).toContainText(
    'SIGKILL, no exit code',
  );

  await page.goto(withSearch(paths.executions(), { action: 'tries.*' }));
  await page.getByText('More filters').click();
  await page.getByRole('link', { name: 'killed from outside' }).click();
  await expect(page).toHaveURL(/reason=killed/);
  const table = page.getByRole('table', { name: 'Runs, newest first' });
  await expect(table.getByRole('link', { name: String(killed.id), exact: true })).toBeVisible();
  await expect(table.getByRole('link', { name: String(left.id), exact: true })).toHaveCount(0);
});

test('a run that waits for its turn says who has it, and leads there', async ({ page, api }) => {
  const holder = await api.run('tries.one_at_a_time', { host: 'db1' });
  await expect
    .poll(async () => (await api.get(`/api/v1/executions/${holder.id}`)).data.status)
    .toBe('running');
  const waits = await api.run('tries.one_at_a_time', { host: 'db1' });
  try {
    await expect
      .poll(async () => (await api.get(`/api/v1/executions/${waits.id}`)).data.status)
      .toBe('scheduling');
    await page.goto(paths.execution(waits.id));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      /^Waiting for its turn.*: 1 of 1 run of tries\.one_at_a_time:db1 is running\.$/,
    );
    await page
      .getByRole('region', { name: 'Clocks and limits' })
      .getByRole('link', { name: String(holder.id) })
      .click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Running for /);
  } finally {
    for (const { id } of [waits, holder]) await api.post(`/api/v1/executions/${id}/cancel`);
    await api.untilEnded(holder.id);
  }
});

test('the page of an action says in words when and how often it is tried again', async ({
  page,
}) => {
  await page.goto(paths.action('tries.second_time_lucky'));
  await expect(page.getByRole('region', { name: 'Clocks, retries and limits' })).toContainText(
    'up to 3 more tries, 7 s apart',
  );
  await page.goto(paths.action('tries.one_at_a_time'));
  await expect(page.getByRole('region', { name: 'Clocks, retries and limits' })).toContainText(
    'at most 1 at once per {{ parameters.host }}; one more waits for its turn',
  );
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('a run with more than one attempt has no axe violation, and fits a small screen', async ({
      page,
      api,
    }) => {
      test.setTimeout(120_000);
      const list = withSearch('/api/v1/executions', {
        action_ref: 'tries.second_time_lucky',
        status: 'completed',
      });
      const [known] = (await api.get(list)).items;
      const run = known ?? (await api.runToEnd('tries.second_time_lucky'));
      for (const tab of ['output', 'timeline', 'input']) {
        await page.goto(withSearch(paths.execution(run.id), { tab, attempt: '1' }));
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        expect((await new AxeBuilder({ page }).analyze()).violations, tab).toEqual([]);
      }
      await page.setViewportSize({ width: 360, height: 800 });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(360);
    });
  });
}
