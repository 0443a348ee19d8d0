'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useRouter } from 'next/navigation';
import {
  type CSSProperties,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useZone } from '#components/ui/clock.ts';
import { ConnectionBanner } from '#components/ui/connection-banner.tsx';
import { useShortcuts } from '#components/shell/use-shortcuts.ts';
import { formatCount } from '#lib/format.ts';
import { LogRow } from './log-line.tsx';
import type { LogLine, LogStream } from './log-model.ts';
import { HITS_MAX, type LogSearch } from './log-search.ts';
import { type LogOptions, LogToolbar } from './log-toolbar.tsx';
import { ShownLines } from './shown-lines.ts';
import { useLog } from './use-log.ts';
import { useLogSearch } from './use-log-search.ts';
import { useTargetLine } from './use-target-line.ts';

interface LogViewerProps {
  /** What it is called to those who cannot see it. */
  readonly label?: string;
  readonly url: string;
  /** What a click on Download asks for. */
  readonly downloadUrl?: string;
  readonly fileName: string;
  /** As the page knows it: when the stream says another, the page is read again. */
  readonly status: string;
  readonly isLive: boolean;
  /** What stands here while there is nothing. */
  readonly empty: string;
  /** One of several panels of its page, instead of what one came for. */
  readonly isCompact?: boolean;
  /** What was masked, and what is missing. */
  readonly footer: ReactNode;
}

const NO_LINES: readonly LogLine[] = [];
/** Each line is a target of its own, and 24 px are the least that a finger meets. */
const LINE_PX = 24;
/** Nearer to the end than this counts as being there. */
const END_PX = 24;

const COMPACT = 'h-[clamp(200px,40dvh,420px)]';
const FULL = 'h-[clamp(240px,calc(100dvh-372px),1200px)]';
/** No taller than its lines once all are here. */
const FULL_ENDED = 'max-h-[clamp(240px,calc(100dvh-372px),1200px)] min-h-24';

/** What a run or a sensor writes: live, searchable, with an address for each line. */
export function LogViewer({
  label = 'Output',
  url,
  downloadUrl = url,
  fileName,
  status,
  isLive,
  empty,
  isCompact = false,
  footer,
}: LogViewerProps) {
  const router = useRouter();
  const { model, version, isEnded, lostSince, retry } = useLog(url, (told) => {
    if (told !== status) router.refresh();
  });
  const [options, setOptions] = useState<LogOptions>({
    times: true,
    wrap: true,
    errors: true,
    system: true,
    regex: false,
  });
  const [words, setWords] = useState('');
  const [step, setStep] = useState(0);
  const [isFollowing, setFollowing] = useState(isLive);
  const [seenLines, setSeenLines] = useState(0);
  const [isAtError, setAtError] = useState(false);
  const isFirstAwaited = useRef(false);
  const scroller = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const zone = useZone();
  const target = useTargetLine();

  const { errors, system, regex } = options;
  const shown = useMemo(
    () =>
      new ShownLines(
        model,
        new Set<LogStream>([
          'stdout',
          ...(errors ? (['stderr'] as const) : []),
          ...(system ? (['system'] as const) : []),
        ]),
      ),
    [model, errors, system],
  );
  // The same array grows: the version says that there is more in it.
  const lines = version < 0 ? NO_LINES : shown.update();
  const { firstError } = shown;
  const search = useLogSearch(lines, version, words, regex);
  const { hits } = search;
  const place = hits.length === 0 ? -1 : ((step % hits.length) + hits.length) % hits.length;
  const current = hits[place] ?? null;

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 10,
    // Another function would have all lines measured anew, each time that the page is painted.
    getItemKey: useCallback((index: number) => lines[index]?.number ?? index, [lines]),
  });

  const goTo = (index: number) => {
    if (index < 0) return;
    setFollowing(false);
    virtual.scrollToIndex(index, { align: 'center' });
  };
  // Marked, for where all lines fit nothing scrolls.
  const goToError = () => {
    setAtError(firstError >= 0);
    goTo(firstError);
  };
  const stepBy = (by: 1 | -1) => {
    setAtError(false);
    if (hits.length === 0) return;
    const next = (place + by + hits.length) % hits.length;
    setStep(next);
    goTo(hits[next]?.line ?? -1);
  };
  const searchFor = (next: string) => {
    setWords(next);
    setStep(0);
    isFirstAwaited.current = next !== '';
  };
  // The first hit of new words is gone to as soon as it is found, and never again.
  const firstHit = hits[0]?.line ?? -1;
  useEffect(() => {
    if (!isFirstAwaited.current || firstHit < 0) return;
    isFirstAwaited.current = false;
    setFollowing(false);
    virtual.scrollToIndex(firstHit, { align: 'center' });
  }, [virtual, search, firstHit]);
  const follow = () => {
    setFollowing(true);
    virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  };

  const digits = {
    '--digits': Math.max(4, String(lines.at(-1)?.number ?? 0).length),
  } as CSSProperties;

  // The end moves as lines come and as they are measured.
  const lineCount = lines.length;
  const height = virtual.getTotalSize();
  useEffect(() => {
    const element = scroller.current;
    if (isFollowing && element !== null) element.scrollTop = element.scrollHeight;
  }, [isFollowing, lineCount, height]);

  // An address with a line in it goes there as soon as the line is here.
  const wanted = useMemo(
    () =>
      target === null || version < 0 ? -1 : lines.findIndex(({ number }) => number === target),
    [target, lines, version],
  );
  const isWantedHere = wanted >= 0;
  useEffect(() => {
    if (!isWantedHere) return;
    setFollowing(false);
    virtual.scrollToIndex(wanted, { align: 'center' });
    // Only when it arrives or changes, not with each line that comes.
    // oxlint-disable-next-line react/exhaustive-deps -- see above
  }, [isWantedHere, target]);

  const onScroll = () => {
    const element = scroller.current;
    if (element === null) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < END_PX;
    if (isAtEnd === isFollowing || !(isLive && !isEnded)) return;
    setFollowing(isAtEnd);
    setSeenLines(lines.length);
  };

  useShortcuts({
    firstError: goToError,
    nextHit: () => stepBy(1),
    previousHit: () => stepBy(-1),
    follow,
  });

  const isOpen = isLive && !isEnded;

  return (
    <>
      <ConnectionBanner onRetry={retry} since={lostSince} />
      <section
        aria-label={label}
        className="relative min-w-0 overflow-hidden rounded-md border border-line bg-surface"
      >
        <LogToolbar
          downloadUrl={downloadUrl}
          fileName={fileName}
          hitWords={words === '' ? '' : hitWordsOf(search, place)}
          onFirstError={firstError < 0 ? null : goToError}
          onStep={stepBy}
          onToggle={(option) => setOptions((before) => ({ ...before, [option]: !before[option] }))}
          onWords={searchFor}
          options={options}
          search={searchField}
          words={words}
        />
        {model.dropped > 0 && (
          <p className="border-b border-line bg-sunken px-3 py-1 text-xs text-ink-2">
            The first {formatCount(model.dropped)} lines are only in the download.
          </p>
        )}
        <div
          ref={scroller}
          aria-label={label}
          aria-live="off"
          // Fixed while lines come.
          className={`overflow-auto py-1.5 [overflow-anchor:none] ${isCompact ? COMPACT : isEnded ? FULL_ENDED : FULL}`}
          onScroll={onScroll}
          role="log"
          // Scrolls by keys, so it has to be reachable by keys.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
          tabIndex={0}
        >
          {lines.length === 0 ? (
            <p className="px-3 py-2 text-ink-2">
              {isOpen || version > 0 || !isEnded ? empty : 'It wrote nothing.'}
            </p>
          ) : (
            <div
              className="relative min-w-max"
              style={{
                ...digits,
                height,
                minWidth: options.wrap ? '100%' : 'max-content',
                width: options.wrap ? '100%' : undefined,
              }}
            >
              <div
                className={
                  options.wrap ? 'absolute inset-x-0 top-0' : 'absolute top-0 left-0 min-w-full'
                }
                style={{ transform: `translateY(${virtual.getVirtualItems()[0]?.start ?? 0}px)` }}
              >
                {virtual.getVirtualItems().map(({ index, key }) => {
                  const line = lines[index];
                  return (
                    line !== undefined && (
                      <div
                        key={key}
                        ref={virtual.measureElement}
                        data-index={index}
                        id={`L${line.number}`}
                      >
                        <LogRow
                          currentHit={current?.line === index ? current.hit : null}
                          hasTimes={options.times}
                          isTarget={line.number === target || (isAtError && index === firstError)}
                          line={line}
                          ranges={search.rangesOf(index)}
                          text={line.text}
                          wraps={options.wrap}
                          zone={zone}
                        />
                      </div>
                    )
                  );
                })}
              </div>
            </div>
          )}
        </div>
        {isOpen && !isFollowing && lines.length > 0 && (
          <p className="absolute right-3 bottom-11 rounded-sm bg-raised px-3 py-1 text-xs shadow-overlay">
            Following paused
            {lines.length > seenLines && seenLines > 0
              ? `, ${formatCount(lines.length - seenLines)} new lines`
              : ''}
            .{' '}
            <button
              className="font-medium text-accent underline underline-offset-2"
              onClick={follow}
              type="button"
            >
              Follow
            </button>
          </p>
        )}
        <footer className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-3 py-1 text-xs text-ink-2">
          {footer}
          <span className="ml-auto text-ink-3">
            {formatCount(model.dropped + model.lines.length)}{' '}
            {model.lines.length === 1 ? 'line' : 'lines'}
            {isEnded ? '' : isLive ? ', live' : ', reading'}
          </span>
        </footer>
      </section>
    </>
  );
}

/** `3 of 16`; with a sign of more while it is still looked for, or where nobody counts on. */
function hitWordsOf({ hits, problem, isDone }: LogSearch, place: number): string {
  if (problem !== null)
    return hits.length === 0 ? problem : `${problem} ${formatCount(hits.length)} found before.`;
  if (hits.length === 0) return isDone ? 'no hit' : 'searching';
  const more = hits.length >= HITS_MAX ? '+' : isDone ? '' : '…';
  return `${formatCount(place + 1)} of ${formatCount(hits.length)}${more}`;
}
