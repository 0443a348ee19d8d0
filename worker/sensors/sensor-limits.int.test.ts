import { expect, test } from 'vitest';
import type { LimitName } from '#lib/domain/resource-limits.ts';
import { getSensorEnvironment } from '#server/sensors/service.ts';
import { userWho } from '#test/actors.ts';
import { logOf, PATIENCE, processOf, statusOf, supervise } from '#test/sensor-processes.ts';
import { limitsOfRuns, limitsOfSensors } from '../limits.ts';
import { aRuleOf, aSensor } from '#test/sensors.ts';

process.env['LIMIT_CPU_SECONDS'] = '1';
process.env['LIMIT_MEMORY_MB'] = '64';
process.env['LIMIT_FILE_SIZE_MB'] = '1';

test('a sensor that takes more than it may is ended and started again, and its page says for which limit', async () => {
  const greedy = await aSensor({
    script: `echo fine >&2; perl -e '$x = "a" x 200_000_000; sleep 60'`,
  });
  const writer = await aSensor({ script: 'head -c 3M /dev/zero > "$HOME/large"' });
  await supervise();
  for (const { trigger } of [greedy, writer]) await aRuleOf(trigger);

  await expect
    .poll(() => processOf(greedy), PATIENCE)
    .toMatchObject({
      status: 'backoff',
      last_error:
        'The sensor was ended by a limit. It used more than 64 MB of memory (LIMIT_MEMORY_MB of its worker).',
    });
  await expect
    .poll(() => processOf(writer), PATIENCE)
    .toMatchObject({
      status: 'backoff',
      last_error:
        'The sensor was ended by a limit. It wrote a file larger than 1 MB (LIMIT_FILE_SIZE_MB of its worker).',
    });
  await expect
    .poll(() => logOf(greedy, 'system'), PATIENCE)
    .toMatch(/\(LIMIT_MEMORY_MB of its worker\)\. The next start is in \d+ s\./);
});

test('a sensor says to what it is held and by what, as it is started', async () => {
  const sensor = await aSensor();
  await supervise();
  await aRuleOf(sensor.trigger);
  await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');

  const environment = await getSensorEnvironment(userWho('sensors:read'), sensor.ref);

  expect(environment?.limits).toEqual(limitsOfSensors());
  const held = environment?.isolation?.limits ?? {};
  const names = Object.keys(limitsOfSensors()) as LimitName[];
  expect(names.filter((name) => (held[name] ?? []).length === 0)).toEqual([]);
});

test('no sensor is held to a processor time, which adds up for as long as there are rules', () => {
  expect(limitsOfRuns()).toMatchObject({ cpu_seconds: 1, memory_mb: 64 });
  expect(limitsOfSensors()).toMatchObject({ memory_mb: 64, file_size_mb: 1 });
  expect(limitsOfSensors()).not.toHaveProperty('cpu_seconds');
});
