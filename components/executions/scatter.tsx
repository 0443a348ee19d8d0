'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { useShortcuts } from '#components/shell/use-shortcuts.ts';
import { Button } from '#components/ui/button.tsx';
import type { ExecutionDuration } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';
import { type Search, withSearch } from '#lib/search.ts';
import { BrushSliders } from './brush-sliders.tsx';
import { DurationLabels, Marks, ScatterLegend, TimeLabels } from './scatter-marks.tsx';
import { type Brush, instantAt, scaleOf } from './scatter-scale.ts';

interface ScatterProps {
  readonly marks: readonly ExecutionDuration[];
  /** The list that the marks are of; a range that is brushed is put into it. */
  readonly search: Search;
}

/** Less is a click. */
const BRUSH_MIN = 0.008;

/** How long runs took, over time; drag to look at a part of it, or press `b` and use the arrows. */
export function Scatter({ marks, search }: ScatterProps) {
  const [brush, setBrush] = useState<Brush | null>(null);
  const [hasSliders, setSliders] = useState(false);
  const origin = useRef<number | null>(null);
  const router = useRouter();
  const scale = scaleOf(marks);
  useShortcuts({
    brush: () => {
      setSliders(true);
      setBrush((known) => known ?? [0, 1]);
    },
  });
  if (scale === null) return null;

  const close = () => {
    setBrush(null);
    setSliders(false);
  };
  const show = ([from, to]: Brush) => {
    close();
    router.push(
      withSearch(paths.executions(), {
        ...search,
        cursor: undefined,
        from: new Date(instantAt(scale, from)).toISOString(),
        // What stands at the right end belongs to it.
        to: new Date(instantAt(scale, to) + 1_000).toISOString(),
      }),
      { scroll: false },
    );
  };
  const fractionOf = (event: React.PointerEvent): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  };

  return (
    <section
      aria-label="How long runs took"
      className="mb-3 rounded-md border border-line bg-surface"
    >
      <header className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-1 text-xs">
        <h2 className="text-sm font-semibold">How long runs took</h2>
        <ScatterLegend marks={marks} />
        <Button
          aria-expanded={hasSliders}
          className="ml-auto"
          onClick={() => {
            if (hasSliders) return close();
            setSliders(true);
            setBrush([0, 1]);
          }}
          variant="plain"
        >
          Choose a time range
        </Button>
        {(search['from'] ?? search['to']) !== undefined && (
          <Button
            onClick={() =>
              router.push(
                withSearch(paths.executions(), {
                  ...search,
                  cursor: undefined,
                  from: undefined,
                  to: undefined,
                }),
                { scroll: false },
              )
            }
            variant="plain"
          >
            Show all times
          </Button>
        )}
      </header>
      <div className="grid grid-cols-[52px_minmax(0,1fr)] px-3 pt-3 pb-1.5">
        <DurationLabels scale={scale} />
        <div
          className="relative cursor-crosshair touch-pan-y select-none"
          onPointerCancel={close}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            origin.current = fractionOf(event);
          }}
          onPointerMove={(event) => {
            if (origin.current === null) return;
            const at = fractionOf(event);
            setBrush([Math.min(origin.current, at), Math.max(origin.current, at)]);
          }}
          onPointerUp={() => {
            origin.current = null;
            if (brush !== null && brush[1] - brush[0] >= BRUSH_MIN) show(brush);
            else if (!hasSliders) close();
          }}
        >
          <Marks marks={marks} scale={scale} />
          {brush !== null && (
            <div
              aria-hidden
              className="pointer-events-none absolute inset-y-0 border-x-2 border-accent bg-accent-soft opacity-50"
              style={{ left: `${brush[0] * 100}%`, right: `${(1 - brush[1]) * 100}%` }}
            />
          )}
        </div>
        <span />
        <TimeLabels scale={scale} />
      </div>
      {hasSliders && brush !== null && (
        <BrushSliders
          brush={brush}
          onBrush={setBrush}
          onClose={close}
          onShow={show}
          scale={scale}
        />
      )}
    </section>
  );
}
