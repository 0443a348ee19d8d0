'use client';

import { useSyncExternalStore } from 'react';
import { chooseTheme, currentTheme, onThemeChange } from './theme-choice.ts';
import type { Theme } from './theme.ts';

/** Light or dark, by the word of the other one. */
export function ThemeSwitch() {
  const theme = useSyncExternalStore(onThemeChange, currentTheme, () => null);
  const other: Theme = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      className="h-7 px-1 text-ink-2 whitespace-nowrap hover:text-ink hover:underline underline-offset-2"
      onClick={() => chooseTheme(other)}
      type="button"
    >
      {other === 'dark' ? 'Dark theme' : 'Light theme'}
    </button>
  );
}
