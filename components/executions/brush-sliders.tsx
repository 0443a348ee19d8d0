'use client';

import { Button } from '#components/ui/button.tsx';
import { useZone } from '#components/ui/clock.ts';
import { type Brush, clockAt, type Scale } from './scatter-scale.ts';

interface BrushSlidersProps {
  readonly brush: Brush;
  readonly scale: Scale;
  readonly onBrush: (brush: Brush) => void;
  readonly onShow: (brush: Brush) => void;
  readonly onClose: () => void;
}

const STEPS = 200;

/** The brush by keys: arrows move an end, Enter shows the range, Esc leaves it. */
export function BrushSliders({ brush, scale, onBrush, onShow, onClose }: BrushSlidersProps) {
  const zone = useZone();
  const [from, to] = brush;
  const clock = (fraction: number) => clockAt(scale, fraction, zone);
  const slider = (
    label: string,
    value: number,
    onValue: (value: number) => void,
    first = false,
  ) => (
    <label className="flex min-w-0 flex-1 items-center gap-2">
      {label}
      <input
        aria-valuetext={clock(value)}
        autoFocus={first}
        className="min-w-0 flex-1 accent-accent"
        max={STEPS}
        min={0}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          else if (event.key === 'Enter') onShow(brush);
          else return;
          event.preventDefault();
        }}
        onChange={(event) => onValue(Number(event.target.value) / STEPS)}
        type="range"
        value={Math.round(value * STEPS)}
      />
      <span className="min-w-[8ch] text-ink">{clock(value)}</span>
    </label>
  );
  return (
    <form
      aria-label="Time range"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-3 py-2 text-xs text-ink-2"
      onSubmit={(event) => {
        event.preventDefault();
        onShow(brush);
      }}
    >
      {slider('From', from, (next) => onBrush([Math.min(next, to), to]), true)}
      {slider('To', to, (next) => onBrush([from, Math.max(next, from)]))}
      <Button type="submit">Show this range</Button>
    </form>
  );
}
