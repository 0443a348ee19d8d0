import Link from 'next/link';
import { Glyph, type GlyphName } from '#components/ui/glyph.tsx';
import { SparkBars } from './spark-bars.tsx';
import type { Stage } from './stages.ts';

/** The line from sensor to execution with what came through in the window. */
export function FlowBoard({ stages }: { readonly stages: readonly Stage[] }) {
  return (
    <div className="ml-1.5 md:mt-3 md:ml-0 md:grid md:grid-cols-5 md:rounded-md md:border md:border-line md:bg-surface">
      {stages.map((stage, index) => (
        <StageColumn
          key={stage.title}
          isFirst={index === 0}
          isLast={index === stages.length - 1}
          stage={stage}
        />
      ))}
    </div>
  );
}

interface StageColumnProps {
  readonly stage: Stage;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

const STATION = {
  calm: 'border-ink-2 bg-surface',
  warning: 'border-timeout bg-timeout',
  alarm: 'border-failed bg-failed',
} as const;

function StageColumn({ stage, isFirst, isLast }: StageColumnProps) {
  const line = isFirst
    ? 'left-[18px] -right-px'
    : isLast
      ? '-left-px w-[19px]'
      : '-left-px -right-px';
  return (
    <section
      aria-label={stage.title}
      className={`relative grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-3 border-l-2 border-ink-3 pl-4 md:block md:border-l md:px-[14px] md:pt-4 md:pb-2.5 ${isLast ? 'pb-0.5' : 'pb-3.5'} ${isFirst ? 'md:border-l-0' : 'md:border-line'}`}
    >
      <span aria-hidden className={`absolute -top-px hidden h-0.5 bg-ink-3 md:block ${line}`} />
      <span
        aria-hidden
        className={`absolute top-[5px] -left-1.5 h-[10px] w-[10px] rounded-full border-2 md:-top-[5px] md:left-[14px] ${STATION[stage.state]}`}
      />
      {stage.join !== null && (
        <span className="absolute -top-[9px] right-[calc(100%-1px)] hidden -translate-x-[14px] bg-canvas px-1.5 text-2xs whitespace-nowrap text-ink-2 md:block">
          {stage.join}
        </span>
      )}
      <h2 className="font-[560]">
        <Link className="hover:underline" href={stage.href}>
          {stage.title}
        </Link>
      </h2>
      <p className="text-md font-[560] whitespace-nowrap md:mt-0.5 md:mb-1.5 md:text-xl md:font-[480]">
        {stage.figure}
        <small className="text-xs font-normal text-ink-3"> {stage.unit}</small>
      </p>
      <div className="col-span-2">
        <SparkBars values={stage.bars} />
      </div>
      <ul className="col-span-2 -mx-1.5 mt-0.5 flex h-6 flex-wrap overflow-hidden md:mt-2 md:block md:h-auto">
        {stage.rows.map((row) => (
          <li key={row.label}>
            <Link
              className={`flex h-6 items-center gap-1.5 rounded-xs px-1.5 text-xs hover:bg-hover ${toneOf(row)}`}
              href={row.href}
            >
              {row.glyph && (
                <Glyph
                  className={row.glyph === 'completed' ? 'text-completed' : ''}
                  name={row.glyph as GlyphName}
                />
              )}
              <span className="truncate">{row.label}</span>
              <b
                className={`ml-auto font-medium ${row.tone === 'plain' && row.value !== '0' ? 'text-ink' : ''}`}
              >
                {row.value}
              </b>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function toneOf({ tone, value }: Stage['rows'][number]): string {
  if (value === '0') return 'text-ink-3';
  switch (tone) {
    case 'plain':
      return 'text-ink-2';
    case 'warning':
      return 'text-timeout';
    case 'alarm':
      return 'text-failed';
    case 'lost':
      return 'text-abandoned';
  }
}
