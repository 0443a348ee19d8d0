'use client';

import { useSyncExternalStore } from 'react';
import { THEME_COOKIE, type Theme } from './theme.ts';

const YEAR_SECONDS = 31_536_000;
const CHANGED = 'attune-theme-changed';

/** Light or dark; kept in a cookie, so that the next first paint has it. */
export function ThemeSwitch() {
  const theme = useSyncExternalStore(subscribe, currentTheme, () => null);
  const other: Theme = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      className="h-7 px-1 text-ink-2 whitespace-nowrap hover:text-ink hover:underline underline-offset-2"
      onClick={() => choose(other)}
      type="button"
    >
      {other === 'dark' ? 'Dark theme' : 'Light theme'}
    </button>
  );
}

function choose(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  window.dispatchEvent(new Event(CHANGED));
}

const systemDark = () => window.matchMedia('(prefers-color-scheme: dark)');

function currentTheme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return systemDark().matches ? 'dark' : 'light';
}

function subscribe(onChange: () => void): () => void {
  const system = systemDark();
  window.addEventListener(CHANGED, onChange);
  system.addEventListener('change', onChange);
  return () => {
    window.removeEventListener(CHANGED, onChange);
    system.removeEventListener('change', onChange);
  };
}
