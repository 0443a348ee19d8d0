export const THEME_COOKIE = 'attune-theme';

export type Theme = 'light' | 'dark';

/** Undefined: as the system has it. */
export const toTheme = (value: string | undefined): Theme | undefined =>
  value === 'light' || value === 'dark' ? value : undefined;
