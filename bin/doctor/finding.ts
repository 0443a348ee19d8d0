/** What a check found; `problem` makes the command exit non-zero. */
export interface Finding {
  readonly about: string;
  readonly verdict: 'ok' | 'warning' | 'problem';
  readonly text: string;
}

export const ok = (about: string, text: string): Finding => ({ about, verdict: 'ok', text });
export const warning = (about: string, text: string): Finding => ({
  about,
  verdict: 'warning',
  text,
});
export const problem = (about: string, text: string): Finding => ({
  about,
  verdict: 'problem',
  text,
});
