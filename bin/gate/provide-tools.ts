import { findCommand } from '#bin/has-command.ts';
import { complain, say, step } from '#bin/screen.ts';
import { runCommand } from './run-command.ts';

/** Chromium for the browser tests, bubblewrap for the sandbox tests; installed where we may, else named. */
export async function provideTools(): Promise<void> {
  const missing = [
    ...(findCommand('chromium') === null ? ['chromium'] : []),
    ...(findCommand('bwrap') === null ? ['bubblewrap'] : []),
  ];
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && findCommand('apt-get') !== null) await install(missing);
  if (findCommand('chromium') === null) await fetchChromium();
  if (findCommand('bwrap') === null)
    complain('There is no bubblewrap: the tests of the strongest isolation will say so.');
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await step(`Installing ${packages.join(' and ')}`, async () => {
    await runCommand('apt-get', ['update', '-q'], env);
    const args = ['install', '-y', '-q', '--no-install-recommends', ...packages];
    const { code, output } = await runCommand('apt-get', args, env);
    if (code !== 0) complain(output.slice(-2_000));
  });
}

async function fetchChromium(): Promise<void> {
  const { code, output } = await step('Fetching Chromium', () =>
    runCommand('playwright', ['install', 'chromium']),
  );
  say(code === 0 ? 'Chromium is there.' : `Chromium could not be fetched: ${output.slice(-2_000)}`);
}
