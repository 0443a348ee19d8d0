import type { Locator, Page } from 'playwright/test';
import { expect } from './fixtures.ts';

/** How a person works a page. What can be done with a mouse can be done without one: journeys are made by both. */
export interface Hand {
  press(target: Locator): Promise<void>;
  /** Replaces what a field holds. */
  fill(target: Locator, text: string): Promise<void>;
  /** Picks an entry of a native select. */
  select(target: Locator, option: string): Promise<void>;
  /** Searches in a combobox and takes the option. */
  pick(combobox: Locator, search: string, option: RegExp): Promise<void>;
  /** Goes to a section: by the navigation, or by its two keys. */
  visit(section: string, keys: string): Promise<void>;
}

/** More stops than any page has. */
const STOPS_MAX = 400;

export const mouse = (page: Page): Hand => ({
  press: (target) => target.click(),
  fill: (target, text) => target.fill(text),
  select: async (target, option) => void (await target.selectOption(option)),
  pick: async (combobox, search, option) => {
    await combobox.fill(search);
    await page.getByRole('option', { name: option }).click();
  },
  visit: (section) =>
    page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: new RegExp(`^${section}`) })
      .click(),
});

/** Tab, arrows, Enter and shortcuts; never a pointer, never `focus()`. */
export const keys = (page: Page): Hand => ({
  press: async (target) => {
    await reach(page, target);
    await page.keyboard.press('Enter');
  },
  fill: async (target, text) => {
    await reach(page, target);
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
  },
  select: async (target, option) => {
    await reach(page, target);
    await expect(async () => {
      await page.keyboard.press('ArrowDown');
      await expect(target).toHaveValue(option, { timeout: 50 });
    }).toPass();
  },
  pick: async (combobox, search, option) => {
    await reach(page, combobox);
    await page.keyboard.type(search);
    await expect(page.getByRole('option', { name: option })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await page.keyboard.press('Enter');
  },
  visit: async (section, shortcut) => {
    // A key before the page listens is a key that nobody pressed.
    await expect(async () => {
      for (const key of shortcut.split(' ')) await page.keyboard.press(key);
      await expect(
        page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: section }),
      ).toHaveAttribute('aria-current', 'page', { timeout: 2_000 });
    }).toPass();
  },
});

/** Moves the focus to the target by Tab alone, and sees that it shows there. */
async function reach(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop++) {
    const here = await target.evaluate((element) => ({
      isFocused: element === document.activeElement,
      isShown: element.matches(':focus-visible'),
    }));
    if (here.isFocused) {
      expect(here.isShown, `${String(target)} shows that it has the focus`).toBe(true);
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`${String(target)} cannot be reached by Tab`);
}
