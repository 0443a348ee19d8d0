import { paths } from '#lib/paths.ts';
import type { Api } from './api.ts';
import { expect, test, unique } from './fixtures.ts';

test('the page of a sensor shows what its process writes as it writes it, and its state when it is another', async ({
  page,
  api,
}) => {
  const ref = await makeTimerRule(api);
  await page.goto(paths.sensor('core.timer_sensor'));
  const log = page.getByRole('log', { name: 'Log of the sensor' });
  const stops = log.getByText('SIGTERM to the processes of the sensor.');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/runs|is running/);
  const before = await stops.count();

  await page.getByRole('button', { name: 'Stop…' }).click();
  await page.getByRole('button', { name: 'Stop sensor' }).click();

  // Nobody loads the page again: lines, buttons and the sentence come by themselves.
  await expect(stops).toHaveCount(before + 1);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Stop…' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/runs|is running/);
  await api.delete(`/api/v1/rules/${ref}`);
});

test('the page of a sensor says to what its process is held and by what, as that of a run does', async ({
  page,
  api,
}) => {
  const ref = await makeTimerRule(api);
  await page.goto(paths.sensor('core.timer_sensor'));
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/runs|is running/);

  const limits = page.getByRole('region', { name: 'Isolation and limits' });
  await expect(limits.getByRole('term')).toHaveText([
    'Isolation',
    'Processor',
    'Memory',
    'Processes',
    'Open files',
    'File size',
    'Disk',
  ]);
  await expect(limits.getByRole('definition')).toHaveText([
    /namespace|no isolation/,
    'not limited', // it adds up for as long as there are rules
    /^[\d,]+ MB, by /,
    /^[\d,]+, by /,
    /^[\d,]+ a process, by /,
    'not limited',
    /^[\d,]+ MB, by /,
  ]);
  await api.delete(`/api/v1/rules/${ref}`);
});

/** For which the timer sensor runs, and which does not fire while it is looked at. */
async function makeTimerRule(api: Api): Promise<string> {
  const ref = `probe.${unique('timer')}`;
  await api.post('/api/v1/rules', {
    ref,
    pack_ref: 'probe',
    label: ref,
    trigger_ref: 'core.intervaltimer',
    trigger_params: { interval: 300, unit: 'days' },
    action_ref: 'core.noop',
  });
  return ref;
}
