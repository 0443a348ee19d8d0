import { defineConfig, devices } from 'playwright/test';
import { LAUNCH_OPTIONS } from './e2e/browser.ts';

/** What is measured, and what needs the whole machine: nothing else runs beside it. */
const ALONE =
  /\/(?:budgets|deaths|live-lists|live-log|long-lists|long-log|outage|overload|runs|three-rules)\.spec\.ts$/;

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/global-setup.ts',
  snapshotPathTemplate: '{testDir}/{testFileName}-snapshots/{arg}{ext}',
  // Each worker has a product of its own; with `--project=together` there may be as many as there are cores.
  workers: 1,
  projects: [
    { name: 'together', testIgnore: ALONE },
    { name: 'alone', testMatch: ALONE },
  ],
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    trace: 'retain-on-failure',
    launchOptions: LAUNCH_OPTIONS,
  },
});
