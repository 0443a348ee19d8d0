import { existsSync } from 'node:fs';

/** The system's Chromium where there is one, else the one that Playwright installed. */
const executablePath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync);

export const LAUNCH_OPTIONS = {
  ...(executablePath !== undefined && { executablePath }),
  // As root Chromium has no sandbox; it talks to nobody but us.
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-first-run',
  ],
};
