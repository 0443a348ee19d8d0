import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import type { PageOf } from '#lib/contracts/common.ts';
import type { Api } from './api.ts';
import { expect, test } from './fixtures.ts';
import { sharedProduct } from './shared-product.ts';

/** A sample of a minute, unless it is run in depth. */
const SECONDS = process.env['ATTUNE_TEST_DEEP'] === '1' ? 60 : 20;
const RULES = {
  'demo.echo_every_second': 1,
  'demo.sleep_every_5s': 5,
  'demo.http_every_10s': 10,
} as const;
const QUEUED_MS_MAX = 2_000;

const demo = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['bin/cli.ts', 'demo', ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      ATTUNE_DATA_DIR: sharedProduct().dataDir,
    },
  });

test(`the demo's three rules run for ${SECONDS} s, every run completed and explained`, async ({
  api,
}) => {
  test.setTimeout((SECONDS + 60) * 1000);
  await demo();
  await expect
    .poll(async () => (await runsOf(api, 'demo.echo_every_second')).length, { timeout: 15_000 })
    .toBeGreaterThan(0);

  const from = Date.now();
  await delay(SECONDS * 1000);
  const until = Date.now();
  const runs = (await Promise.all(Object.keys(RULES).map((rule) => runsOf(api, rule)))).flat();
  await demo('--remove');

  for (const [rule, every] of Object.entries(RULES)) {
    const during = runs.filter(
      ({ rule_ref, created }) =>
        rule_ref === rule && Date.parse(created) >= from && Date.parse(created) < until,
    );
    expect(during.length, rule).toBeGreaterThanOrEqual(Math.floor(SECONDS / every) - 1);
  }
  // The last two seconds' runs may still be on their way.
  const settled = runs.filter(({ created }) => Date.parse(created) < until - 3_000);
  expect(settled.length).toBeGreaterThan(SECONDS / 2);
  for (const run of settled) {
    expect(run, JSON.stringify(run)).toMatchObject({
      status: 'completed',
      trigger_ref: 'core.intervaltimer',
    });
    expect(run.enforcement, 'its enforcement').not.toBeNull();
    expect(
      Date.parse(run.started_at ?? '') - Date.parse(run.created),
      `waiting of ${run.id}`,
    ).toBeLessThan(QUEUED_MS_MAX);
  }

  await expect
    .poll(async () => (await api.ask('GET', '/api/v1/rules/demo.echo_every_second')).status)
    .toBe(404);
  const last = (await runsOf(api, 'demo.echo_every_second'))[0]?.id;
  await delay(2_500);
  expect((await runsOf(api, 'demo.echo_every_second'))[0]?.id, 'a removed rule fires no more').toBe(
    last,
  );
});

async function runsOf(api: Api, rule: string): Promise<ExecutionSummary[]> {
  const page = (await api.get(
    `/api/v1/executions?rule_ref=${rule}&page_size=1000`,
  )) as PageOf<ExecutionSummary>;
  return page.items;
}
