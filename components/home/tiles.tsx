import Link from 'next/link';
import { formatDuration } from '#lib/format.ts';
import type { Overview } from '#lib/overview.ts';
import { paths } from '#lib/paths.ts';
import { successRate } from '#lib/sentences/home.ts';
import { Glyph } from '#components/ui/glyph.tsx';

/** Six figures: success, waiting, running, the two times, and what must read 0. */
export function Tiles({ overview }: { readonly overview: Overview }) {
  const { ended, waiting, running, workers, queueMs, runMs, stuck } = overview;
  const success = successRate(ended);
  const all = ended.completed + ended.failed + ended.timeout + ended.abandoned;
  return (
    <dl className="mt-3 grid grid-cols-2 rounded-md border border-line bg-surface md:grid-cols-3 lg:grid-cols-6">
      <Tile
        about={
          success === null
            ? 'no run ended'
            : `${ended.completed.toLocaleString('en')} of ${all.toLocaleString('en')} that ended`
        }
        title="Success"
        unit={success === null ? '' : '%'}
        value={success === null ? '–' : percent(success)}
      />
      <Tile
        about={
          waiting.oldestMs === null
            ? 'nothing waits'
            : `oldest for ${formatDuration(waiting.oldestMs)}`
        }
        isZero={waiting.count === 0}
        title="Waiting"
        unit=""
        value={waiting.count.toLocaleString('en')}
      />
      <Tile
        about={longestOf(running)}
        isZero={running.count === 0}
        title="Running"
        unit={`of ${workers.slots} slots`}
        value={running.count.toLocaleString('en')}
      />
      <Tile
        about={`${said(queueMs.p95)} p95`}
        title="Time in queue"
        unit="p50"
        value={said(queueMs.p50)}
      />
      <Tile about={`${said(runMs.p95)} p95`} title="Run time" unit="p50" value={said(runMs.p50)} />
      <Tile
        about={
          stuck.length === 0 ? (
            <span className="flex items-center gap-1.5 text-completed">
              <Glyph name="completed" /> none
            </span>
          ) : (
            <span className="flex items-center gap-1.5 text-failed">
              <Glyph name="alarm" />
              <Link className="underline underline-offset-2" href={paths.execution(stuck[0] ?? 0)}>
                run {stuck[0]}
              </Link>
            </span>
          )
        }
        isAlarm={stuck.length > 0}
        title="Stuck"
        unit=""
        value={stuck.length === 20 ? '20 or more' : String(stuck.length)}
      />
    </dl>
  );
}

interface TileProps {
  readonly title: string;
  readonly value: string;
  readonly unit: string;
  readonly about: React.ReactNode;
  readonly isZero?: boolean;
  readonly isAlarm?: boolean;
}

const Tile = ({ title, value, unit, about, isZero = false, isAlarm = false }: TileProps) => (
  <div className="min-w-0 border-line px-[14px] py-2 not-first:border-l max-md:odd:border-l-0 max-md:nth-[n+3]:border-t md:max-lg:nth-[4]:border-l-0 md:max-lg:nth-[n+4]:border-t">
    <dt className="text-xs text-ink-2">{title}</dt>
    <dd
      className={`text-lg font-[520] whitespace-nowrap ${isAlarm ? 'text-failed' : isZero ? 'text-ink-3' : ''}`}
    >
      {value}
      {unit !== '' && <small className="text-xs font-normal text-ink-3"> {unit}</small>}
    </dd>
    <dd className="text-xs text-ink-3">{about}</dd>
  </div>
);

const said = (ms: number | null): string => (ms === null ? '–' : formatDuration(ms));

/** 100 only when it is: 99.96 % is not everything. */
const percent = (share: number): string =>
  share === 1 ? '100' : Math.min(99.9, share * 100).toFixed(1);

/** On one line, where the tile is narrow. */
const unbroken = (ms: number): string => formatDuration(ms).replaceAll(' ', '\u00a0');

function longestOf({ longestMs, longestTimeoutSeconds }: Overview['running']): string {
  if (longestMs === null) return 'nothing runs';
  const limit =
    longestTimeoutSeconds === null ? '' : ` of ${unbroken(longestTimeoutSeconds * 1_000)}`;
  return `longest ${unbroken(longestMs)}${limit}`;
}
