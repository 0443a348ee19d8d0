import { Glyph } from './glyph.tsx';

export type StateTone = 'good' | 'idle' | 'warning' | 'alarm';

const LOOKS = {
  good: { glyph: 'completed', mark: 'text-completed', word: 'text-ink-2' },
  idle: { glyph: 'requested', mark: 'text-ink-3', word: 'text-ink-3' },
  warning: { glyph: 'warning', mark: 'text-timeout', word: 'text-timeout' },
  alarm: { glyph: 'alarm', mark: 'text-failed', word: 'text-failed' },
} as const;

/** The state of what is no run: shape and word. */
export function StateBadge({ tone, word }: { readonly tone: StateTone; readonly word: string }) {
  const look = LOOKS[tone];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${look.word}`}>
      <Glyph className={look.mark} name={look.glyph} />
      {word}
    </span>
  );
}
