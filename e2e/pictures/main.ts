/**
 * Pictures of every page in both themes at three widths, to be looked at one by one: `npm run pictures`. They stand in
 * `test-results/pictures`. With `-- --docs` those of the documentation are made instead, in `docs/images`.
 *
 * The database is seeded by real runs of real processes and then left alone, and the browser's clock stands still, so
 * that two pictures of one thing agree. `ATTUNE_E2E_URL` takes them of a product that runs already and is seeded by
 * this as well.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { chromium } from 'playwright';
import { parseArgs } from 'node:util';
import { Api } from '../api.ts';
import { LAUNCH_OPTIONS } from '../browser.ts';
import { PASSWORD, startProduct } from '../product.ts';
import { takeDocs } from './docs.ts';
import { picturesOf } from './pages.ts';
import { seed } from './seed.ts';
import { Photographer } from './photographer.ts';

const { values } = parseArgs({
  options: { docs: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});
const FOLDER = 'test-results/pictures';
const WIDTHS = { 360: 800, 1280: 900, 1920: 1080 } as const;

const given = process.env['ATTUNE_E2E_URL'];
const product = given === undefined ? await startProduct() : undefined;
const url = given ?? product?.url ?? '';
const browser = await chromium.launch(LAUNCH_OPTIONS);
try {
  const api = await Api.logIn(url, 'admin', PASSWORD);
  const photographer = await Photographer.logIn(browser, url);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const first = [{ name: 'first-visit', path: '/' }];
  if (values.docs) await takeDocs(photographer, first);
  else await takeAll(photographer, first);
  const seeds = await seed(api);
  photographer.stopTheClock(new Date());
  const pictures = picturesOf(seeds).filter(({ name }) => name.includes(values.only));
  if (values.docs) await takeDocs(photographer, pictures);
  else await takeAll(photographer, pictures);
  for (const wrong of photographer.problems) process.stdout.write(`${wrong}\n`);
  process.exitCode = photographer.problems.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  await product?.stop();
}

async function takeAll(
  photographer: Photographer,
  pictures: Parameters<Photographer['take']>[0],
): Promise<void> {
  for (const theme of ['light', 'dark'] as const)
    for (const [width, height] of Object.entries(WIDTHS))
      await photographer.take(pictures, {
        theme,
        width: Number(width),
        height,
        isWhole: true,
        fileOf: (name) => `${FOLDER}/${name}-${width}-${theme}.png`,
      });
}
