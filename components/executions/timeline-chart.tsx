'use client';

import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { useZone } from '#components/ui/clock.ts';
import { Button } from '#components/ui/button.tsx';
import { Glyph } from '#components/ui/glyph.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { formatClock, formatDuration } from '#lib/format.ts';
import { PHASE_LOOK } from './phase-bar.tsx';
import { type Segment, totalsOf, totalWords } from './segments.ts';
import { type Lane, LANE_NAMES, type Mark, MARK_TONES } from './timeline-marks.ts';
import { panned, selected, shareOf, spanOf, type TimeView, zoomed } from './timeline-view.ts';

interface TimelineChartProps {
  readonly whole: TimeView;
  /** From the asking for the run to its end; within the whole. */
  readonly run: TimeView;
  readonly tries: readonly { readonly label: string; readonly segments: readonly Segment[] }[];
  readonly tokens: readonly TimeView[];
  readonly marks: readonly Mark[];
}

const LANES: readonly Lane[] = ['signals', 'calls', 'children'];
const ZOOM = 2;
const STEP = 0.25;
/** Less was a click. */
const DRAG_PX_MIN = 4;

/** One time axis for all that happened; nearer by drawing over a stretch, by its buttons or by `+` and `-`. */
export function TimelineChart({ whole, run, tries, tokens, marks }: TimelineChartProps) {
  const [view, setView] = useState(whole);
  const [cursorMs, setCursorMs] = useState<number | null>(null);
  const [drawnFromMs, setDrawnFromMs] = useState<number | null>(null);
  const axis = useRef<HTMLDivElement>(null);
  const zone = useZone();
  const isWhole = spanOf(view) >= spanOf(whole);
  const middleMs = (view.fromMs + view.toMs) / 2;
  const percent = (ms: number) => `${(shareOf(view, ms) * 100).toFixed(3)}%`;
  const zoom = (factor: number) => setView(zoomed(view, whole, factor, cursorMs ?? middleMs));
  const momentAt = (x: number): number => {
    const { left = 0, width = 1 } = axis.current?.getBoundingClientRect() ?? {};
    const share = Math.max(0, Math.min(1, (x - left) / width));
    return view.fromMs + share * spanOf(view);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const act = {
      '+': () => zoom(ZOOM),
      '=': () => zoom(ZOOM),
      '-': () => zoom(1 / ZOOM),
      '0': () => setView(whole),
      ArrowLeft: () => setView(panned(view, whole, -STEP)),
      ArrowRight: () => setView(panned(view, whole, STEP)),
      Home: () => setView(panned(view, whole, -Infinity)),
      End: () => setView(panned(view, whole, Infinity)),
    }[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const onPointerUp = (event: PointerEvent) => {
    const toMs = momentAt(event.clientX);
    if (
      drawnFromMs !== null &&
      Math.abs(shareOf(view, toMs) - shareOf(view, drawnFromMs)) *
        (axis.current?.clientWidth ?? 0) >
        DRAG_PX_MIN
    )
      setView(selected(drawnFromMs, toMs, whole));
    setDrawnFromMs(null);
  };

  return (
    <Panel
      end={
        <>
          <Button aria-label="Zoom in" onClick={() => zoom(ZOOM)}>
            +
          </Button>
          <Button aria-label="Zoom out" disabled={isWhole} onClick={() => zoom(1 / ZOOM)}>
            −
          </Button>
          {spanOf(run) < spanOf(whole) && (
            <Button onClick={() => setView(run)} variant="plain">
              This run only
            </Button>
          )}
          <Button disabled={isWhole} onClick={() => setView(whole)} variant="plain">
            Show all
          </Button>
        </>
      }
      note={
        <span role="status">
          {formatDuration(spanOf(view))} from left to right
          {isWhole ? '' : `, from +${formatDuration(view.fromMs - whole.fromMs)}`}
        </span>
      }
      title="Timeline"
    >
      {/* What its keys and the pointer do, its buttons do as well. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- see above */}
      <div
        aria-label="Time axis: plus and minus zoom, arrows move, 0 shows all"
        className="relative cursor-crosshair touch-pan-y px-3 py-3 text-xs text-ink-3 select-none"
        onKeyDown={onKeyDown}
        onPointerCancel={() => setDrawnFromMs(null)}
        onPointerDown={(event) => {
          if (event.button !== 0 || event.pointerType === 'touch') return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrawnFromMs(momentAt(event.clientX));
        }}
        onPointerLeave={() => setCursorMs(null)}
        onPointerMove={(event) => setCursorMs(momentAt(event.clientX))}
        onPointerUp={onPointerUp}
        role="group"
        // Zooms and moves by keys, so it has to be reachable by keys.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
        tabIndex={0}
      >
        {tries.map(({ label, segments }) => (
          <Row key={label} label={label} words={totalWords(totalsOf(segments))}>
            {segments.map(({ name, fromMs, toMs }) => (
              <Bar
                key={name}
                className={`top-2.5 h-2 ${PHASE_LOOK[name]}`}
                {...{ fromMs, toMs, percent }}
                title={`${name} ${formatDuration(toMs - fromMs)}`}
              />
            ))}
          </Row>
        ))}
        <Row
          label="Token"
          words={
            tokens.length === 0
              ? 'none was issued'
              : tokens.map((token) => `alive for ${formatDuration(spanOf(token))}`).join(', ')
          }
        >
          {tokens.map((token) => (
            <Bar key={token.fromMs} className="top-3 h-1 bg-ink-3" {...token} percent={percent} />
          ))}
        </Row>
        {LANES.map((lane) => {
          const own = marks.filter((mark) => mark.lane === lane);
          if (lane === 'children' && own.length === 0) return null;
          return (
            <Row
              key={lane}
              label={LANE_NAMES[lane]}
              words={own.length === 0 ? 'none' : own.map(({ what }) => what).join('; ')}
            >
              {own.map((mark, index) => (
                <Tick key={index} left={percent(Date.parse(mark.at))} mark={mark} />
              ))}
            </Row>
          );
        })}
        <div className="flex gap-3 pt-1 text-2xs">
          <span className="w-16 flex-none" />
          <div className="flex flex-1 justify-between">
            {[0, 0.25, 0.5, 0.75, 1].map((share) => (
              <span key={share} className={share % 0.5 === 0 ? '' : 'max-md:hidden'}>
                +{formatDuration(view.fromMs + share * spanOf(view) - whole.fromMs)}
              </span>
            ))}
          </div>
        </div>
        <div
          ref={axis}
          aria-hidden
          className="pointer-events-none absolute inset-y-0 right-3 left-[88px]"
        >
          {drawnFromMs !== null && cursorMs !== null && (
            <Bar
              className="inset-y-2 bg-accent-soft opacity-60"
              fromMs={Math.min(drawnFromMs, cursorMs)}
              percent={percent}
              toMs={Math.max(drawnFromMs, cursorMs)}
            />
          )}
          {cursorMs !== null && (
            <span className="absolute inset-y-1 w-px bg-accent" style={{ left: percent(cursorMs) }}>
              <span
                className={`absolute -top-1 rounded-sm bg-raised px-1.5 text-2xs whitespace-nowrap text-ink shadow-overlay ${shareOf(view, cursorMs) > 0.5 ? 'right-1' : 'left-1'}`}
              >
                {formatClock(new Date(cursorMs).toISOString(), zone)}, +
                {formatDuration(cursorMs - whole.fromMs)}
              </span>
            </span>
          )}
        </div>
      </div>
    </Panel>
  );
}

interface RowProps {
  readonly label: string;
  /** What it holds, for those who hear it. */
  readonly words: string;
  readonly children: ReactNode;
}

const Row = ({ label, words, children }: RowProps) => (
  <div className="flex items-center gap-3">
    <span className="w-16 flex-none whitespace-nowrap">{label}</span>
    <div
      aria-label={`${label}: ${words}`}
      // What is not in sight is cut off; a mark at the very edge is not.
      className="relative h-7 flex-1 overflow-clip [overflow-clip-margin:6px]"
      role="img"
    >
      <span className="absolute inset-x-0 top-3.5 h-px bg-line" />
      {children}
    </div>
  </div>
);

interface BarProps extends TimeView {
  readonly className: string;
  readonly percent: (ms: number) => string;
  readonly title?: string;
}

const Bar = ({ fromMs, toMs, className, percent, title }: BarProps) => (
  <span
    className={`absolute block min-w-[2px] ${className}`}
    style={{ left: percent(fromMs), width: `calc(${percent(toMs)} - ${percent(fromMs)})` }}
    title={title}
  />
);

function Tick({ mark, left }: { readonly mark: Mark; readonly left: string }) {
  const { text, glyph } = MARK_TONES[mark.tone];
  return (
    <span className={`absolute top-2 -ml-1.5 ${text}`} style={{ left }} title={mark.what}>
      {glyph === null ? <span className="ml-1 block h-3 w-1 bg-ink-2" /> : <Glyph name={glyph} />}
    </span>
  );
}
