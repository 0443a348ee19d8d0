'use client';

import { useZone } from '#components/ui/clock.ts';
import { Glyph } from '#components/ui/glyph.tsx';
import { STATUS_TEXT } from '#components/ui/status-badge.tsx';
import type { ExecutionDuration } from '#lib/contracts/executions.ts';
import { EXECUTION_STATUSES } from '#lib/domain/execution-status.ts';
import { formatDuration } from '#lib/format.ts';
import { clockAt, type Scale, scatterWords } from './scatter-scale.ts';

const HEIGHT_PX = 132;

/** How many of each status; those that there are. */
export const ScatterLegend = ({ marks }: { readonly marks: readonly ExecutionDuration[] }) => (
  <ul aria-label="How many of each status" className="flex flex-wrap gap-x-3">
    {EXECUTION_STATUSES.map((status) => {
      const count = marks.filter((mark) => mark.status === status).length;
      return (
        count > 0 && (
          <li key={status} className={`flex items-center gap-1 ${STATUS_TEXT[status]}`}>
            <Glyph name={status} size={10} /> {status}
            <strong className="font-medium text-ink">{count}</strong>
          </li>
        )
      );
    })}
  </ul>
);

export const DurationLabels = ({ scale }: { readonly scale: Scale }) => (
  <div aria-hidden className="relative text-2xs text-ink-3" style={{ height: HEIGHT_PX }}>
    {scale.decades.map((decade) => (
      <span
        key={decade}
        className="absolute right-2 -translate-y-1/2 whitespace-nowrap"
        style={{ top: `${scale.y(10 ** decade) * 100}%` }}
      >
        {decade < 3 ? `${10 ** decade} ms` : `${(10 ** (decade - 3)).toLocaleString('en')} s`}
      </span>
    ))}
  </div>
);

/** What completed is faded and drawn first: it is not what one looks for. */
export function Marks({
  marks,
  scale,
}: {
  readonly marks: readonly ExecutionDuration[];
  readonly scale: Scale;
}) {
  const percent = (fraction: number) => `${(fraction * 100).toFixed(2)}%`;
  const place = ({ created, ms }: ExecutionDuration) => ({
    x: percent(scale.x(Date.parse(created))),
    y: percent(scale.y(ms)),
  });
  return (
    <svg
      aria-label={scatterWords(marks)}
      className="block w-full overflow-visible"
      height={HEIGHT_PX}
      role="img"
    >
      {scale.decades.map((decade) => (
        <line
          key={decade}
          className="stroke-line"
          x1="0"
          x2="100%"
          y1={percent(scale.y(10 ** decade))}
          y2={percent(scale.y(10 ** decade))}
        />
      ))}
      {marks.map((mark) => {
        if (mark.status !== 'completed') return null;
        const { x, y } = place(mark);
        return <circle key={mark.id} className="fill-completed" cx={x} cy={y} opacity=".4" r="2" />;
      })}
      {marks.map((mark) => {
        if (mark.status === 'completed') return null;
        const { x, y } = place(mark);
        return (
          <svg key={mark.id} className={`overflow-visible ${STATUS_TEXT[mark.status]}`} x={x} y={y}>
            <title>{`Run ${mark.id}, ${mark.action_ref}, ${mark.status}, ${formatDuration(mark.ms)}`}</title>
            <g transform="translate(-5 -5)">
              <Glyph name={mark.status} size={10} />
            </g>
          </svg>
        );
      })}
    </svg>
  );
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

export function TimeLabels({ scale }: { readonly scale: Scale }) {
  const zone = useZone();
  return (
    <div aria-hidden className="mt-1 flex justify-between text-2xs text-ink-3">
      {TICKS.map((fraction) => (
        <span key={fraction} className={fraction % 0.5 === 0 ? '' : 'max-md:hidden'}>
          {clockAt(scale, fraction, zone)}
        </span>
      ))}
    </div>
  );
}
