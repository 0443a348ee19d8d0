import type { Browser, BrowserContext, Page } from 'playwright';
import { logIn } from '../log-in.ts';
import type { Picture } from './pages.ts';

interface View {
  readonly theme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
  /** The whole page, or what one sees without scrolling. */
  readonly isWhole: boolean;
  readonly fileOf: (name: string) => string;
}

/** Opens pages as one person, with one clock, and takes pictures of them. */
export class Photographer {
  readonly #browser: Browser;
  readonly #url: string;
  readonly #session: Awaited<ReturnType<BrowserContext['storageState']>>;
  #now: Date | null = null;
  /** What nobody should see: errors, and pages that are wider than their window. */
  readonly problems: string[] = [];

  private constructor(
    browser: Browser,
    url: string,
    session: Awaited<ReturnType<BrowserContext['storageState']>>,
  ) {
    this.#browser = browser;
    this.#url = url;
    this.#session = session;
  }

  static async logIn(browser: Browser, url: string): Promise<Photographer> {
    const page = await browser.newPage();
    await logIn(page, url);
    const session = await page.context().storageState();
    await page.context().close();
    return new Photographer(browser, url, session);
  }

  stopTheClock(now: Date): void {
    this.#now = now;
  }

  async take(pictures: readonly Picture[], view: View): Promise<void> {
    for (const picture of pictures) {
      // A context of its own, for a clock that stands still does so for all pages of one.
      const context = await this.#browser.newContext({
        baseURL: this.#url,
        storageState: this.#session,
        colorScheme: view.theme,
        viewport: { width: view.width, height: view.height },
        timezoneId: 'Europe/Berlin',
        locale: 'en-GB',
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      if (this.#now !== null && picture.isLive !== true) await page.clock.setFixedTime(this.#now);
      this.#watch(page, picture.name);
      await this.#open(page, picture);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (overflow > 0)
        this.problems.push(`${picture.name} at ${view.width} px: ${overflow} px too wide`);
      await page.screenshot({ path: view.fileOf(picture.name), fullPage: view.isWhole });
      await context.close();
    }
  }

  #watch(page: Page, name: string): void {
    page.on('pageerror', (error) => this.problems.push(`${name}: ${error.message}`));
    page.on('console', (message) => {
      // A page that is not there is asked for on purpose.
      if (message.type() === 'error' && name !== 'not-found')
        this.problems.push(`${name}: ${message.text()}`);
    });
  }

  async #open(page: Page, { path, before }: Picture): Promise<void> {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.evaluate(() => document.fonts.ready);
    // Streams stay open, so the network is never idle; what they bring is here within this.
    await page.waitForTimeout(700);
    await before?.(page);
  }
}
